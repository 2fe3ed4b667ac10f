import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { commandsIn } from './docCommands.js';
import type { ShellCommand } from './docShell.js';

/** The commands of the documentation in the order in which a reader comes to them, each going on from those before. */

const BID_PLACED = { BID: /^bid (\d+\/\d+) of / };
export const LP1 = '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc';
/** A chain goes on by itself: people look again. */
const patient = true;

/** As an LP on a devnet, with its relayer beside. */
export const AS_LP: readonly ShellCommand[] = [
  { command: `curl -d '{"address":"${LP1}","chain":"spokeA"}' http://127.0.0.1:8551/fund`, says: /^\{\}$/ },
  {
    command: './ala bid place --spoke 1 --amount 2000.00 --premium 0.5 --account lp1',
    says: /: 2,000\.00 at 0\.50 %, active from /,
    learns: BID_PLACED,
  },
  {
    command: './ala bid place --spoke 1 --amount 1000.50 --premium 1.5 --account lp1',
    says: /: 1,000\.50 at 1\.50 %, active from /,
    learns: { '1/5': /^bid (\d+\/\d+) of / },
  },
  { command: './ala bid place --help', says: /--premium <percent>/ },
  { command: './ala bid list --account lp1', says: /1\.50 % +1,000\.50 +entering/ },
  { command: 'curl -X POST http://127.0.0.1:8551/fall', says: /^\{"auctionId":"0x[0-9a-f]{64}"\}$/ },
  { command: './ala auction list', says: /1,500\.00/, learns: { AUCTION_ID: /(0x[0-9a-f]{64})/ } },
  { command: './ala auction watch AUCTION_ID', says: /: 1,500\.00 of 1,500\.00 covered in / },
  { command: './ala auction show AUCTION_ID', says: /plan committed: spoke 1 1,500\.00/ },
  { command: './ala verify AUCTION_ID', says: /^yes {2}round \d+ {2}plan 0x/ },
  { command: './ala bid claim --account lp1', says: /tETH claimed/, patient },
  { command: './ala book --chains', says: /1\.50 % +1 +1,000\.50/ },
  { command: './ala book', says: /1\.50 % /, patient },
  { command: './ala bid withdraw 1/5 --amount 400.00 --account lp1', says: /: 400\.00 leave at / },
  {
    command: './ala bid withdraw BID --account lp1',
    says: /: 500\.00 leave at /,
    learns: { EXIT_BID: /^bid (\d+\/\d+): / },
  },
  { command: `curl -d '{"seconds":155}' http://127.0.0.1:8551/pass`, says: /^\{\}$/ },
  { command: './ala bid withdraw EXIT_BID --account lp1', says: /: 500\.00 paid to 0x/ },
  {
    command: 'source <(./ala completion bash)',
    as: 'source <(./ala completion bash) && complete -p ./ala',
    says: /complete .*-F _ala/,
  },
  { command: 'curl http://127.0.0.1:8549/metrics', says: /^ala_ready 1$/m },
  {
    command: `psql "$URL" -c 'select key, state, attempts, last_error from outbox order by id'`,
    says: /done/,
    needs: 'psql',
  },
  {
    command: `psql "$URL" -c 'select kind, leg_id, block_number from legs order by chain_id, block_number'`,
    says: /called/,
    needs: 'psql',
  },
  {
    command: 'node test/dist/e2e/check-balances/cli.js --deployment .ala/devnet/deployment.json',
    says: /every token is accounted for/,
    patient,
  },
];

/** As who asks a node: one for each address of the API, from its generated reference. */
export const OF_THE_API: readonly ShellCommand[] = commandsIn(
  readFileSync(join(repositoryRoot(), 'docs', 'api-reference.md'), 'utf8'),
)
  .filter(({ inline }) => !inline)
  .map(({ text: command }) => {
    if (!command.startsWith('curl -N')) return { command, says: /^\{(?!"type")/ };
    // A stream has no end; that of curl at a time limit is 28.
    return { command, as: `${command} --max-time 2`, says: /^(event|id|data|:)/m, status: 28 };
  });

/** As who runs a node, on chains where an auction was; the devnet's own relayer has ended. */
export const AS_OPERATOR: readonly ShellCommand[] = [
  { command: 'createdb ala', needs: 'pg_dump' },
  { command: './ala doctor --config node.yaml', says: /configuration +.*node\.yaml can be used/ },
  { command: 'node relayer/dist/main.js --config node.yaml', stays: true },
  { command: 'curl http://127.0.0.1:8549/readyz', says: /^ready$/m, patient },
  {
    command: './ala messages list --config node.yaml',
    says: /done/,
    patient,
    learns: { MESSAGE_ID: /(0x[0-9a-f]{64})/ },
  },
  { command: './ala book --config node.yaml', says: /\d % {2}.*spoke \d/, patient },
  { command: './ala messages list --stuck 7200 --config node.yaml', says: /^$/ },
  { command: './ala messages show MESSAGE_ID --config node.yaml', says: /auction +0x[0-9a-f]{64}/ },
  {
    command: './ala messages retry MESSAGE_ID --config node.yaml',
    status: 1,
    complains: /has shown it delivered/,
  },
  { command: './ala verify AUCTION_ID --deployment ala.deployment.json', says: /^yes {2}round \d+ {2}plan 0x/ },
  { command: 'pg_dump --format=custom --file=ala.dump "$DATABASE_URL"', needs: 'pg_dump' },
  { command: 'createdb ala_restored', needs: 'pg_dump' },
  { command: 'pg_restore --no-owner --exit-on-error --dbname=ala_restored ala.dump', needs: 'pg_dump' },
];

/** On the same chains once more, as who deploys to chains of his own. */
export const TO_DEPLOY: readonly ShellCommand[] = [
  { command: './ala deploy plan --file ala.yaml', says: /hub/ },
  { command: './ala deploy apply --file ala.yaml', says: /transactions; all steps are done/ },
  { command: './ala deploy verify --file ala.yaml', says: /^no difference$/m },
];

/** On no network at all. */
export const BY_THEMSELVES: readonly ShellCommand[] = [
  { command: 'node infra/run.mjs build', from: 'repository' },
  { command: 'npm run build', from: 'repository' },
  { command: './ala --help', says: /Status: 0 done/ },
  { command: './ala clear --in FILE', says: /"filled":"1000000","shortfall":"0"/ },
  { command: 'npm run bench -- --only clear', from: 'repository', says: /clear, 30 legs left out/ },
  {
    command: 'npm run bench',
    // Takes an hour. That it is there, and reads its options.
    as: 'npm run bench -- --only nothing',
    from: 'repository',
    status: 2,
    complains: /there are reading, latency, sending/,
  },
  {
    command: 'npm run bench -- --json',
    as: 'npm run bench -- --json --only nothing',
    from: 'repository',
    status: 2,
    complains: /there are reading, latency, sending/,
  },
  {
    command: 'npm run mutate',
    // Takes two hours.
    as: 'npm run mutate -- --only 0',
    from: 'repository',
    status: 2,
    complains: /names none of the \d+ mutations/,
  },
];
