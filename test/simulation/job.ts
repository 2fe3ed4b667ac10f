// One of the processes among which seeds are divided.
import { main } from './cli.js';

process.exit(await main(process.argv.slice(2)));
