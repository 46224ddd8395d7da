// SPDX-License-Identifier: Apache-2.0
// Starts `dhgen lsp` for .dhs files, and again when the settings change.
"use strict";
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
    const settings = vscode.workspace.getConfiguration("dhs");
    const command = settings.get("dhgen", "dhgen");
    client = new LanguageClient("dhs", "dhgen lsp", { command, args: ["lsp"] }, {
        documentSelector: [{ language: "dhs" }],
        initializationOptions: { importDirs: settings.get("importDirs", []) },
    });
    try {
        await client.start();
    } catch (error) {
        client = undefined;
        vscode.window.showErrorMessage(`'${command} lsp' cannot be started (${error.message}): set dhs.dhgen to where dhgen is.`);
    }
}

async function stop() {
    const stopped = client;
    client = undefined;
    if (stopped) await stopped.stop();
}

async function activate(context) {
    context.subscriptions.push(vscode.workspace.onDidChangeConfiguration(async (change) => {
        if (!change.affectsConfiguration("dhs")) return;
        await stop();
        await start();
    }));
    await start();
}

module.exports = { activate, deactivate: stop };
