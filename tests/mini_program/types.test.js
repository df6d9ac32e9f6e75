// The typings say what the component has, no more and no less, and a page that is written to them passes tsc.
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const typescript = require("typescript");
const { openPage } = require("./stage/page");

const CLIENT = path.resolve(__dirname, "../../channels/mini_program/client");
const WRITTEN = path.join(CLIENT, "types/index.d.ts");
const INSTALLED = process.env.NODE_PATH;

/** The names of an interface's members in the typings. */
function membersOf(name) {
  const source = typescript.createSourceFile(WRITTEN, fs.readFileSync(WRITTEN, "utf8"), typescript.ScriptTarget.Latest);
  const found = source.statements.find((one) => typescript.isInterfaceDeclaration(one) && one.name.text === name);
  return found.members.map((member) => member.name.text).sort();
}

const scripts = () => ["refundbot-chat/refundbot-chat.js", "lib/talk.js"].map((name) => fs.readFileSync(path.join(CLIENT, name), "utf8")).join("\n");

test("a page written to the typings passes tsc, and its mistakes do not", () => {
  const tsc = path.join(INSTALLED, "typescript/bin/tsc");
  const types = path.join(INSTALLED, "miniprogram-api-typings/index.d.ts");
  const config = JSON.parse(fs.readFileSync(path.join(__dirname, "types/tsconfig.json"), "utf8"));
  const folder = fs.mkdtempSync(path.join(require("node:os").tmpdir(), "refundbot-types-"));
  const project = path.join(folder, "tsconfig.json");
  fs.writeFileSync(project, JSON.stringify({ ...config, files: [types, path.join(__dirname, "types/page.ts")] }));

  const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", project], { encoding: "utf8" });

  fs.rmSync(folder, { recursive: true });
  assert.equal(status, 0, stdout);
});

test("the typings name each property of the component", async () => {
  const page = await openPage();

  for (const name of membersOf("ChatProperties")) assert.ok(name in page.root.instance.properties, name);
  const declared = /properties: \{([\s\S]*?)\n {2}\},/.exec(scripts())[1].match(/^ {4}(\w+):/gm).map((line) => line.trim().slice(0, -1));
  assert.deepEqual(declared.sort(), membersOf("ChatProperties"));
});

test("the typings name each method that is not a handler or the component's own", async () => {
  const page = await openPage();

  for (const name of membersOf("ChatMethods")) assert.equal(typeof page.root.instance[name], "function", name);
  const written = [...scripts().matchAll(/^ {4}([a-z]\w*)\([^)]*\) \{$/gm)].map(([, name]) => name);
  const open = written.filter((name) => !/^on[A-Z]/.test(name) && !["attached", "detached", "show", "hide"].includes(name));
  assert.deepEqual(open.sort(), membersOf("ChatMethods"));
});

test("the typings name each event that is told", () => {
  const told = [...scripts().matchAll(/\bevent\("(\w+)"/g)].map(([, name]) => name);

  assert.deepEqual([...new Set(told)].sort(), membersOf("ChatEvents"));
});
