// The one entry of every command: `node infra/run.mjs build|start|test|bench|simulate|cli …`. Uses nothing that has to be installed first.
import { nodeVersionProblem } from './install/nodeVersion.mjs';

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  void import('./install/command.mjs').then(({ runCommand }) => runCommand(process.argv.slice(2)));
} else {
  process.stderr.write(problem + '\n');
  process.exitCode = 1;
}
