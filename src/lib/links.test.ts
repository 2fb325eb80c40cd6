import { webUrl } from './links';

describe('addresses out of foreign text', () => {
  it('lead to pages', () => {
    expect(webUrl('https://example.com/a?b=c')).toBe('https://example.com/a?b=c');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/relative', '', 'file:///etc/passwd', 'java\nscript:x'])(
    'lead nowhere when they are %s',
    (text) => {
      expect(webUrl(text)).toBeNull();
    }
  );
});
