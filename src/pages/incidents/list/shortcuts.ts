/** The keys of the list, as the help shows them. */
import { t } from '@grafana/i18n';
import { type Shortcut } from '../../../components/ShortcutHelp';

export function listShortcuts(canEdit: boolean): Shortcut[] {
  return [
    { keys: ['j', 'k'], does: t('keys.move', 'Next, previous incident') },
    { keys: ['Enter'], does: t('keys.open', 'Open the incident') },
    { keys: ['/'], does: t('keys.search', 'Search') },
    { keys: ['Esc'], does: t('keys.search-end', 'Empty the search') },
    ...(canEdit
      ? [
          { keys: ['x'], does: t('keys.choose', 'Choose the incident') },
          { keys: ['a'], does: t('keys.acknowledge', 'Acknowledge the chosen, or the current one') },
          { keys: ['c'], does: t('keys.declare', 'Declare an incident') },
        ]
      : []),
    { keys: ['?'], does: t('keys.help', 'This help') },
  ];
}
