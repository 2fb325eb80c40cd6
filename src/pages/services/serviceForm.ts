/** The fields of a service as people type them: lists are lines. */
import { type ContactShape, type ServiceInput, type ServiceLinkShape, type ServiceShape } from '../../api/types.gen';

export interface ServiceForm {
  name: string;
  description: string;
  ownerTeam: string;
  tier: string;
  /** `name=value` each. */
  labels: string[];
  runbookUrl: string;
  /** `Title https://…`, one a line. */
  links: string;
  /** `slack #team`, one a line. */
  contacts: string;
  dependsOn: string[];
}

export function formOf(service: ServiceShape | undefined): ServiceForm {
  return {
    name: service?.name ?? '',
    description: service?.description ?? '',
    ownerTeam: service?.ownerTeam ?? '',
    tier: service?.tier ?? '',
    labels: Object.entries(service?.labels ?? {}).map(([name, value]) => `${name}=${value}`),
    runbookUrl: service?.runbookUrl ?? '',
    links: (service?.links ?? []).map(({ title, url }) => `${title} ${url}`).join('\n'),
    contacts: (service?.contacts ?? []).map(({ kind, value }) => `${kind} ${value}`).join('\n'),
    dependsOn: service?.dependsOn ?? [],
  };
}

export function inputOf(form: ServiceForm): ServiceInput {
  return {
    name: form.name.trim(),
    description: form.description,
    ownerTeam: form.ownerTeam.trim(),
    tier: form.tier.trim(),
    labels: Object.fromEntries(form.labels.map((each) => halves(each, '='))),
    runbookUrl: form.runbookUrl.trim() || null,
    links: lines(form.links).map(linkOf),
    contacts: lines(form.contacts).map(contactOf),
    dependsOn: form.dependsOn,
  };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** The address is the last word; a line that is only an address is its own title. */
function linkOf(line: string): ServiceLinkShape {
  const at = line.search(/\S+$/);
  const url = line.slice(at);
  return { title: line.slice(0, at).trim() || url, url };
}

function contactOf(line: string): ContactShape {
  const [kind, value] = halves(line, ' ');
  return { kind, value };
}

function halves(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
