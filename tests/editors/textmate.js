// SPDX-License-Identifier: Apache-2.0
// textmate.js PACKAGES TREE: the grammar, read by the library that editors read it with. Prints each piece of sample.dhs with its scope;
// and for every schema that dhgen takes: nothing is drawn as wrong, and comments and strings are what they are.
"use strict";
const fs = require("fs");
const path = require("path");
const [, , packages, tree] = process.argv;
const textmate = require(path.join(packages, "vscode-textmate"));
const oniguruma = require(path.join(packages, "vscode-oniguruma"));

async function load() {
    const wasm = fs.readFileSync(path.join(packages, "vscode-oniguruma/release/onig.wasm"));
    await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
    const registry = new textmate.Registry({
        onigLib: Promise.resolve({
            createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
            createOnigString: (text) => new oniguruma.OnigString(text),
        }),
        loadGrammar: async () => textmate.parseRawGrammar(
            fs.readFileSync(path.join(tree, "docs/editors/vscode/syntaxes/dhs.tmLanguage.json"), "utf8"), "dhs.json"),
    });
    return registry.loadGrammar("source.dhs");
}

function* pieces(grammar, text) {
    let state = textmate.INITIAL;
    for (const [number, line] of text.split("\n").entries()) {
        const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
        state = ruleStack;
        for (const token of tokens) {
            const scope = token.scopes[token.scopes.length - 1];
            yield { line: number + 1, text: line.slice(token.startIndex, token.endIndex), scope, scopes: token.scopes };
        }
    }
}

function* schemas(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const place = path.join(folder, entry.name);
        if (entry.isDirectory()) yield* schemas(place);
        else if (entry.name.endsWith(".dhs")) yield place;
    }
}

async function main() {
    const grammar = await load();
    const sample = fs.readFileSync(path.join(tree, "tests/editors/sample.dhs"), "utf8");
    for (const piece of pieces(grammar, sample))
        if (piece.text.trim()) console.log(`${piece.line}\t${piece.text}\t${piece.scope.replace(/\.dhs$/, "")}`);
    let wrong = 0, files = 0;
    for (const folder of ["idl/std", "examples", "tests/golden/fmt", "tests/golden/generate"]) {
        for (const file of schemas(path.join(tree, folder))) {
            files++;
            for (const piece of pieces(grammar, fs.readFileSync(file, "utf8"))) {
                const isComment = piece.scopes.some((scope) => scope.startsWith("comment"));
                const isInvalid = piece.scope.startsWith("invalid");
                if (!isInvalid && (isComment || !piece.text.includes("//") || piece.scopes.join().includes("string"))) continue;
                console.log(`${path.relative(tree, file)}:${piece.line}: '${piece.text}' is ${piece.scope}`);
                wrong++;
            }
        }
    }
    if (files < 10) throw new Error("where are the schemas?");
    console.log(`${wrong} pieces of good schemas are drawn as what they are not`);
}

main();
