// SDKs beside those of the drivers: Segment's retired ones, RudderStack's, Jitsu's and a Rust crate, each through a program
// of ours in `clients/`.
import { expectCounted, type Expected } from '../../harness/expected.ts';
import { expect, test } from '../../harness/fixtures.ts';
import {
  PYTHON_WANTED,
  jitsusPlan,
  node,
  planWithout,
  python,
  runProgram,
  rust,
  type Program,
} from '../../harness/programs.ts';

interface Sdk {
  name: string;
  program: Program;
  expected: Expected;
  /** What its events say that they were made with: name and version. */
  library: string | undefined;
}

const SDKS: Sdk[] = [
  {
    name: 'analytics-node',
    program: node('analytics_node.mjs'),
    expected: planWithout(),
    library: 'analytics-node 6.2.0',
  },
  {
    name: '@rudderstack/rudder-sdk-node',
    program: node('rudder_node.mjs'),
    expected: planWithout(),
    library: 'analytics-node 3.0.13',
  },
  { name: '@jitsu/js', program: node('jitsu.mjs'), expected: jitsusPlan(), library: '@jitsu/js 1.11.0' },
  {
    name: '@jitsu/js from server to server',
    program: node('jitsu.mjs', 's2s'),
    expected: jitsusPlan(),
    library: '@jitsu/js 1.11.0',
  },
  { name: 'the crate segment', program: rust(), expected: planWithout(), library: undefined },
  { name: 'the crate segment call by call', program: rust('single'), expected: planWithout(), library: undefined },
];

if (PYTHON_WANTED) {
  SDKS.push(
    {
      name: 'analytics-python',
      program: python('analytics_python'),
      expected: planWithout(),
      library: 'analytics-python 1.4.post1',
    },
    {
      name: 'rudder-sdk-python',
      program: python('rudder_python'),
      expected: planWithout(),
      library: 'analytics-python 2.1.9',
    },
  );
}

for (const { name, program, expected, library } of SDKS) {
  test(`${name} delivers, once, and its events are counted by type, name and version`, async ({ server }) => {
    const source = await server.createSource('Shop');
    await runProgram(program, source);
    await expectCounted(source, expected);
    const libraries = (await source.events()).map(({ library }) => library && `${library.name} ${library.version}`);
    expect([...new Set(libraries)]).toEqual([library]);
  });
}
