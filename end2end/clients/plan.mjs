// Shared by the Node programs: where to send, and what.
import { readFileSync } from 'node:fs';

const { HOST, WRITE_KEY } = process.env;
if (HOST === undefined || WRITE_KEY === undefined) throw new Error('HOST and WRITE_KEY say where to send the plan');
export { HOST, WRITE_KEY };

/** The plan, one call for each event, in the shape that server SDKs share: `client[type](message)`. */
export function calls() {
  const plan = JSON.parse(readFileSync(new URL('plan.json', import.meta.url), 'utf8'));
  const rows = plan.flatMap((row) => Array.from({ length: row.count }, () => row));
  return rows.map(({ type, name, app_version: version }, i) => {
    const common = { userId: `u${i}`, context: { app: { name: 'Shop', version } } };
    return { type, message: { ...common, ...ownFields(type, name, i) } };
  });
}

function ownFields(type, name, i) {
  switch (type) {
    case 'identify':
      return { traits: { plan: 'pro' } };
    case 'track':
      return { event: name, properties: { price: i } };
    case 'group':
      return { groupId: `g${i}`, traits: { size: i } };
    case 'alias':
      return { previousId: `a${i}` };
    default:
      return { name, properties: { i } };
  }
}

/** Makes all calls of an SDK that takes a callback with each, and fails if one of them is not delivered. */
export async function deliver(client) {
  const delivered = calls().map(
    ({ type, message }) =>
      new Promise((resolve, reject) => client[type](message, (error) => (error ? reject(error) : resolve()))),
  );
  await Promise.all([...delivered, client.flush()]);
}
