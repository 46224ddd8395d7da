// SPDX-License-Identifier: Apache-2.0
// What the engine makes of cases, all in one go.
'use strict';
const { spawnSync } = require('child_process');

module.exports = (fill, cases) => {
    const input = cases.map((c) => JSON.stringify(c) + '\n').join('');
    const run = spawnSync(fill, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
    if (run.status !== 0) throw new Error(`${fill} ended with ${run.status ?? run.signal}: ${run.stderr}`);
    return run.stdout.trim().split('\n').map((line) => JSON.parse(line));
};
