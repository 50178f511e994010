// RudderStack's Node SDK, which sends gzip and calls it a form.
import Analytics from '@rudderstack/rudder-sdk-node';
import { HOST, WRITE_KEY, deliver } from './plan.mjs';

await deliver(new Analytics(WRITE_KEY, { dataPlaneUrl: HOST }));
