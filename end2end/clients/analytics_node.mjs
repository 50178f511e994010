// Segment's retired Node SDK.
import Analytics from 'analytics-node';
import { HOST, WRITE_KEY, deliver } from './plan.mjs';

await deliver(new Analytics(WRITE_KEY, { host: HOST }));
