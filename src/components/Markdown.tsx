/**
 * Markdown that people wrote, as harmless HTML: the one place that sets HTML.
 *
 * Scripts, styles, forms, frames and images are taken away; links lead to http and https only.
 */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useMemo } from 'react';

const ALLOWED_TAGS = [
  ...['a', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol'],
  ...['p', 'pre', 's', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
];

/** The HTML of a Markdown text, without anything that runs, loads or submits. */
export function harmlessHtml(text: string): string {
  const html = marked.parse(text, { async: false, gfm: true, breaks: true });
  const clean = DOMPurify.sanitize(html, {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ['href', 'title', 'align', 'start'],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of clean.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  const holder = document.createElement('div');
  holder.append(clean);
  return holder.innerHTML;
}

export function Markdown({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  const html = useMemo(() => harmlessHtml(text), [text]);
  return <div className={styles.text} dangerouslySetInnerHTML={{ __html: html }} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    overflowWrap: 'anywhere',
    '& > :last-child': { marginBottom: 0 },
    'p, ul, ol, pre, table, blockquote': { marginBottom: theme.spacing(1) },
    'ul, ol': { paddingLeft: theme.spacing(3) },
    'h1, h2, h3, h4, h5, h6': { margin: theme.spacing(2, 0, 1) },
    h1: { ...theme.typography.h3 },
    h2: { ...theme.typography.h4 },
    'h3, h4, h5, h6': { ...theme.typography.h5 },
    a: { color: theme.colors.text.link, textDecoration: 'underline' },
    code: { fontSize: theme.typography.bodySmall.fontSize },
    pre: { padding: theme.spacing(1), background: theme.colors.background.canvas, overflowX: 'auto' },
    blockquote: {
      borderLeft: `3px solid ${theme.colors.border.medium}`,
      paddingLeft: theme.spacing(1.5),
      color: theme.colors.text.secondary,
    },
    'th, td': { border: `1px solid ${theme.colors.border.weak}`, padding: theme.spacing(0.5, 1), textAlign: 'left' },
  }),
});
