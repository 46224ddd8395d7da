// SPDX-License-Identifier: Apache-2.0
// specification.js FILL FOLDER: every case of the public specification's files in FOLDER for the parts that the engine has.
'use strict';
const fs = require('fs');
const path = require('path');
const filled = require('./filled.js');

const [fill, folder] = process.argv.slice(2);
const PARTS = ['comments', 'delimiters', 'interpolation', 'inverted', 'partials', 'sections'];

// Where the engine means to differ: nowhere, so far, in what these files ask for. A row here would be
// 'part: name of the case' -> [what it gives instead, why]; docs/reference/templates.md tells people.
const DIFFERENT = {};

let failures = 0;
let count = 0;
for (const part of PARTS) {
    const tests = JSON.parse(fs.readFileSync(path.join(folder, part + '.json'), 'utf8')).tests;
    const results = filled(fill, tests);
    tests.forEach((test, i) => {
        const name = `${part}: ${test.name}`;
        const wanted = DIFFERENT[name] ? DIFFERENT[name][0] : test.expected;
        count++;
        if (results[i].text === wanted) return;
        failures++;
        console.log(`FAILED ${name}\n  template: ${JSON.stringify(test.template)}\n  data: ${JSON.stringify(test.data)}`);
        console.log(`  wanted: ${JSON.stringify(wanted)}\n  got: ${JSON.stringify(results[i])}`);
    });
}
console.log(`${count} cases of the specification, ${failures} failed`);
process.exit(failures === 0 && count >= 100 ? 0 : 1);
