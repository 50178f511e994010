// What a source must have counted: events by type, name and version, summed as the Overview sums them.
import { expect } from '@playwright/test';
import type { BreakdownRow, KeptEvent } from './server.ts';
import type { Source } from './source.ts';

/** Under this name the Overview counts all that is not a track event. */
export const UNNAMED = 'Unnamed or batched events';
/** Under this version it counts what has none. */
export const NO_VERSION = 'Not set';

/** Events of one kind. `name` is null where the call has none, `app_version` is `NO_VERSION` where it says none. */
export interface ExpectedCount {
  type: string;
  name: string | null;
  app_version: string;
  count: number;
}

export interface Expected {
  total: number;
  counts: ExpectedCount[];
}

/** All of these rows. */
export function allOf(counts: ExpectedCount[]): Expected {
  return { total: counts.reduce((sum, row) => sum + row.count, 0), counts };
}

export function typesOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => row.type);
}

export function namesOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => (row.type === 'track' ? row.name : null) ?? UNNAMED);
}

export function versionsOf(expected: Expected): Record<string, number> {
  return sumBy(expected, (row) => row.app_version);
}

function sumBy(expected: Expected, keyOf: (row: ExpectedCount) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of expected.counts) {
    sums[keyOf(row)] = (sums[keyOf(row)] ?? 0) + row.count;
  }
  return sums;
}

/** All of it eligible, and nothing else; the command line says so. Beside the ledger: so many duplicates. */
export async function expectCounted(source: Source, expected: Expected, duplicates = 0): Promise<void> {
  const printed = await source.overview('10m');
  expect(printed.steps).toEqual({
    received: expected.total,
    failed_on_ingest: 0,
    filtered_at_source: 0,
    eligible: expected.total,
    duplicates,
  });
  expect(byKey(printed.event_type)).toEqual(typesOf(expected));
  expect(byKey(printed.event_name)).toEqual(namesOf(expected));
  expect(byKey(printed.app_version)).toEqual(versionsOf(expected));
  expect(printed.reasons).toEqual([]);

  const kinds = (await source.events()).map(kindOf).sort();
  expect(kinds).toEqual(expected.counts.flatMap((row) => Array<string>(row.count).fill(kindOfRow(row))).sort());
}

/** Type, name and version in one: the counts of the Overview know one of them at a time. */
function kindOf({ type, event: { event, name, context } }: KeptEvent): string {
  return [type, (type === 'track' ? event : name) ?? 'no name', context?.app?.version ?? NO_VERSION].join(', ');
}

function kindOfRow({ type, name, app_version: version }: ExpectedCount): string {
  return [type, name ?? 'no name', version].join(', ');
}

function byKey(rows: BreakdownRow[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}
