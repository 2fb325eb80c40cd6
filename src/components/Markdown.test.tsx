import { render, screen } from '@testing-library/react';
import { harmlessHtml, Markdown } from './Markdown';

describe('Markdown that people wrote (row 46)', () => {
  it('is shown with its form', () => {
    render(<Markdown text={'**rolled back** to `v1`\n\n- first\n- second'} />);
    expect(screen.getByText('rolled back').tagName).toBe('STRONG');
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
  });

  it.each([
    ['<script>alert(1)</script>x', 'script'],
    ['<img src=x onerror=alert(1)>', 'img'],
    ['<iframe src="https://evil.example"></iframe>', 'iframe'],
    ['<form action="https://evil.example"><input name=a></form>', 'input'],
    ['<style>body{display:none}</style>', 'style'],
    ['<svg onload=alert(1)></svg>', 'svg'],
    ['![spy](https://evil.example/pixel.png)', 'img'],
  ])('never runs or loads anything: %s', (text, tag) => {
    const html = harmlessHtml(text);
    expect(html).not.toContain(`<${tag}`);
    expect(html).not.toMatch(/\son\w+=/);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/admin/users', '//evil.example', 'vbscript:x'])(
    'leads nowhere by %s',
    (address) => {
      expect(harmlessHtml(`[here](${address})`)).not.toContain('href');
    }
  );

  it('opens pages of others without telling them where from', () => {
    expect(harmlessHtml('[here](https://example.com/a)')).toContain('rel="noopener noreferrer nofollow"');
  });
});
