import { startSimulatedNetwork } from './simulatedNetwork.js';
import { runSeed } from './runSeed.js';
const t0 = performance.now();
const network = await startSimulatedNetwork(19_400);
console.log("setup", performance.now() - t0);
try {
  const from = Number(process.argv[2]); const n = Number(process.argv[3] ?? 1);
  const verbose = process.argv[4] === 'v';
  for (let seed = from; seed < from + n; seed++) {
    const t = performance.now();
    const r = await runSeed(network, seed, verbose ? { onLine: console.log } : {});
    console.log(seed, r.problems, r.log.all.length, Math.round(performance.now() - t));
    if (r.problems.length && !verbose) console.log(r.log.short(400).join('\n'));
  }
} finally { await network.stop(); }
process.exit();
