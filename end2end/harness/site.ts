// Every kind of page, with data that fills it: long names, failed events, a source that is still empty, a stray request.
import { expect } from '@playwright/test';
import type { Server } from './server.ts';
import { track } from './source.ts';

export const PAGES: readonly [name: string, address: (slug: string) => string][] = [
  ['the sources list', () => '/sources'],
  ['the form of a new source', () => '/sources/new/javascript'],
  ['the catalog', () => '/catalog'],
  ['what was found in the catalog', () => '/catalog?q=email&kind=cloud-event'],
  ['nothing found in the catalog', () => '/catalog?q=cobol'],
  ['an entry of the catalog', () => '/catalog/pixel-tracking-api'],
  ['an entry that was replaced', () => '/catalog/xamarin'],
  ['an entry that cannot be connected', () => '/catalog/braze'],
  ['the overview', (slug) => `/sources/${slug}/overview`],
  ['the overview by name', (slug) => `/sources/${slug}/overview?by=name&as=percentages`],
  ['what failed', (slug) => `/sources/${slug}/overview?step=failed`],
  ['one reason', (slug) => `/sources/${slug}/overview?step=failed&reason=id_not_string`],
  ['the drawer of a reason', (slug) => `/sources/${slug}/overview?step=failed&open=id_not_string`],
  ['what was filtered', (slug) => `/sources/${slug}/overview?step=filtered`],
  ['an address that cannot be used', (slug) => `/sources/${slug}/overview?range=2y`],
  ['a source without events', () => '/sources/quiet/overview'],
  ['the settings', (slug) => `/sources/${slug}/settings`],
  ['a key to be created', (slug) => `/sources/${slug}/settings?add_key=1`],
  ['a source to be deleted', (slug) => `/sources/${slug}/settings?delete=1`],
  ['sources in another order and other columns', () => '/sources?sort=-events&col=events&col=labels&col=category&col=created'],
  ['sources to be disabled', () => '/sources?disable=1.2'],
  ['no source that matches', () => '/sources?q=nothing'],
  ['the setup', (slug) => `/sources/${slug}/setup`],
  ['the setup of a source without events', () => '/sources/quiet/setup?library=ruby'],
  ['the documentation', () => '/docs/tracking-api'],
  ['nothing at this address', () => '/sources/nope/overview'],
];

/** Makes two sources; the slug of the one that has events. */
export async function fill(server: Server): Promise<string> {
  const source = await server.createSource('Storefront web and every other shop of the northern countries', 'javascript');
  await server.createSource('Quiet', 'go');
  const stray = JSON.stringify({ ...track('A'), writeKey: 'nobody-has-this-key' });
  await fetch(`${server.url}/v1/track`, { method: 'POST', body: stray });
  await expect.poll(async () => (await fetch(`${server.url}/sources`)).text()).toContain('named no source');
  const names = Array.from({ length: 12 }, (_, i) => track(`A rather long event name, number ${i}`, `1.${i}.0`));
  await source.sendBatch([...names, { ...track('Signed up'), userId: 42 }, { type: 'page', userId: 'u1', category: [] }]);
  return source.slug;
}

