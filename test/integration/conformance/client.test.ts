import { afterAll, beforeAll } from 'vitest';
import { compressionSuite } from './compressionSuite.ts';
import { EchoClient } from './echoClient.ts';
import { echoSuite } from './echoSuite.ts';
import { failureSuite } from './failureSuite.ts';

const client = new EchoClient();
beforeAll(() => client.listen());
afterAll(() => client.close());

echoSuite(client);
compressionSuite(client);
failureSuite(client);
