// Segment's own snippet, as a page has it in its head.
import { createRequire } from 'node:module';
import path from 'node:path';
import { CLIENTS } from './programs.ts';
import type { Source } from './source.ts';

interface Snippet {
  min: (options: { apiKey: string; host: string; page: false; load: true }) => string;
}

/** The snippet with Headwater as its host and nothing else changed but the scheme, which it has hard-coded. */
export function snippetFor(source: Source): string {
  const { min } = createRequire(path.join(CLIENTS, 'package.json'))('@segment/snippet') as Snippet;
  const host = new URL(source.server.url).host;
  const script = min({ apiKey: source.writeKey, host, page: false, load: true });
  return `<script>${script.replace('"https://', '"http://')}</script>`;
}
