// SPDX-License-Identifier: Apache-2.0
// chance.js FILL MUSTACHE COUNT SEED: templates and data made by chance, filled by the engine and by mustache.js.
//
// Where mustache.js is known to leave the specification no case is made, or it is noticed and counted:
//   - a line of several tags and nothing else: taken away, though no tag is alone on it. So what stands in a line stands
//     between letters
//   - a partial in a line behind text is indented. So one in a line has a comment in front of it
//   - a blank line that ends in CR LF is indented in a partial, one in LF is not. So blank lines end in LF
//   - a tag alone on a last line without line feed leaves its white space. So last lines have text, or a line feed
//   - a dotted name that breaks off is looked for further out: noticed
//   - `true` is no scope of its own, so that {{.}} in its section is what is around: noticed
'use strict';
const filled = require('./filled.js');

const [fill, folder, count, seed] = process.argv.slice(2);
const Mustache = require(folder);
// The engine's own four for HTML, spelled as it does: which characters are escaped is for each language to say.
Mustache.escape = (s) => String(s).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

let state = Number(seed) >>> 0;
function chance() { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(chance() * n);
const one = (list) => list[below(list.length)];
const often = (p) => chance() < p;

// ---- data: maps of a few names, so that scopes shadow each other ----
const NAMES = ['a', 'b', 'c', 'd', 'e'];
// No zero: to the engine it is a value and shows, to mustache.js it is false.
const LEAVES = ['x', '', 'a & <b>', '"q"', 'two\nlines', ' ', '{{a}}', 'µm', 7, -3.5, true, false, null];

function tree(depth) {
    const what = chance();
    if (depth > 3 || what < 0.4) return one(LEAVES);
    if (what < 0.65) return Array.from({ length: below(4) }, () => tree(depth + 1));
    return map(depth);
}

function map(depth) {
    const made = {};
    for (const name of NAMES) if (often(0.6)) made[name] = name < 'c' ? one(LEAVES) : tree(depth + 1);
    return made;
}

// ---- templates: well formed; tags in lines and alone on lines ----
const WORDS = ['x', 'word ', ' ', '\t', '| ', '[<&"', 'µ', '}', '{', 'line\n', '\n', '\n\n', '  \n', 'end\r\n'];
const DELIMITERS = [['{{', '}}'], ['<%', '%>'], ['|', '|'], ['[', ']']];

const name = () => often(0.12) ? '.' : Array.from({ length: often(0.25) ? 2 + below(2) : 1 }, () => one(NAMES)).join('.');
const leaf_name = () => often(0.9) ? (often(0.2) ? one(NAMES) + '.' : '') + one(['a', 'b']) : name();
const room = () => one(['', '', '', ' ', '  ']);

function tag(delimiters, inside, alone) {
    const text = delimiters[0] + inside + delimiters[1];
    return alone ? one(['', '  ', '\t', ' ']) + text + one(['', ' ', '\t']) + one(['\n', '\n', '\r\n']) : text;
}

function piece(writer, depth) {
    const alone = often(0.4);
    // what is alone begins a line: the text before it must have ended one; what is in a line has letters around it
    const begin = () => { writer.text += !alone ? 'i' : writer.text && !writer.text.endsWith('\n') ? '\n' : ''; };
    const end = () => { writer.text += alone ? '' : 'n'; };
    const put = (inside, is_alone = alone) => { writer.text += tag(writer.delimiters, inside, is_alone); };
    const what = below(20);
    if (what < 6) {
        writer.text += one(WORDS.filter((word) => !word.includes(writer.delimiters[0][0])));
    } else if (what < 9) {
        put(room() + leaf_name() + room(), false);
    } else if (what < 10) {
        put('&' + room() + leaf_name() + room(), false);
    } else if (what < 11) {
        if (writer.delimiters[0] === '{{') put('{' + room() + leaf_name() + room() + '}', false);
    } else if (what < 16 && depth < 4) {
        const of = name();
        begin();
        put(one(['#', '#', '#', '^']) + room() + of + room());
        pieces(writer, depth + 1);
        begin();
        put('/' + room() + of + room());
        end();
    } else if (what < 17) {
        begin();
        put('!' + one([' no ', 'a b c', ' over\n lines ']));
        end();
    } else if (what < 19 && writer.partials.length) {
        begin();
        if (!alone) put('! in a line ');
        put('>' + room() + one(writer.partials) + room());
        end();
    } else if (what === 19) {
        const next = one(DELIMITERS);
        begin();
        put(`=${room()}${next[0]} ${next[1]}${room()}=`);
        writer.delimiters = next;
        end();
    }
}

function pieces(writer, depth) {
    for (let n = below(depth === 0 ? 9 : 4); n > 0; n--) piece(writer, depth);
}

function template(partials) {
    const writer = { text: '', delimiters: ['{{', '}}'], partials };
    pieces(writer, 0);
    return writer.text + one(['\n', 'end', 'end\n']);
}

function make() {
    const partials = { r: template([]) };
    partials.q = template(['r']);
    partials.p = template(['q', 'r', 'missing']);
    return { template: template(['p', 'q', 'r']), data: map(0), partials };
}

// ---- mustache.js, watched for where it leaves the specification ----
class Watched extends Mustache.Context {
    push(view) { // mustache.js falls over a null in a list
        const inner = new Watched(view === null ? {} : view, this);
        inner.cache['.'] = view;
        return inner;
    }

    lookup(dotted) {
        const got = super.lookup(dotted);
        if (got === true) Watched.saw_true = true;
        if (dotted === '.') {
            Watched.saw_dot = true;
        } else if (dotted.includes('.')) {
            const [first, ...rest] = dotted.split('.');
            let strict = super.lookup(first);
            for (const part of rest) {
                const is_map = strict !== null && typeof strict === 'object' && !Array.isArray(strict);
                strict = is_map && Object.hasOwn(strict, part) ? strict[part] : undefined;
            }
            if (strict !== got) Watched.broke_off = true;
        }
        return got;
    }
}

function theirs(test) {
    Watched.broke_off = Watched.saw_true = Watched.saw_dot = false;
    const text = Mustache.render(test.template, new Watched(test.data), test.partials);
    return { text, broke_off: Watched.broke_off, true_is_scope: Watched.saw_true && Watched.saw_dot };
}

const cases = Array.from({ length: Number(count) }, make);
const ours = filled(fill, cases);
const tally = { same: 0, 'a list or a map has no text here': 0, 'a dotted name that breaks off': 0, 'true as a scope': 0 };
let failures = 0;
cases.forEach((test, i) => {
    const other = theirs(test);
    if (ours[i].text === other.text) {
        tally.same++;
    } else if (ours[i].error && ours[i].error.includes('which has no text')) {
        tally['a list or a map has no text here']++;
    } else if (other.broke_off) {
        tally['a dotted name that breaks off']++;
    } else if (other.true_is_scope) {
        tally['true as a scope']++;
    } else if (failures++ < 5) {
        console.log(`FAILED case ${i} of seed ${seed}: ${JSON.stringify(test)}`);
        console.log(`  mustache.js: ${JSON.stringify(other.text)}\n  the engine:  ${JSON.stringify(ours[i])}`);
    }
});
console.log(JSON.stringify(tally), `${failures} failed of ${count}`);
process.exit(failures === 0 && tally.same > 0.8 * Number(count) ? 0 : 1);
