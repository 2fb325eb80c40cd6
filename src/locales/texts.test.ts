/** Texts show names as they are: React escapes what it shows, and a second time would show `&amp;` and `&#x2F;`. */
import texts from './en-US/reliability-studio-app.json';

it.each(Object.entries(texts).filter(([, text]) => text.includes('{{')))('%s: %s', (_key, text) => {
  expect(text.match(/\{\{(?!- )/g), 'write {{- name}} in place of {{name}}').toBeNull();
});
