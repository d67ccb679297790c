// Replicates an event stream: writes every member that is new since the last time to standard output, as N-Quads.
// Arguments: the folder of installed packages, the address, the folder of what is remembered, the order of members.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, url, statePath, order] = process.argv.slice(2);
const find = createRequire(`${modules}/`);
const { replicateLDES, intoConfig, enhanced_fetch } = await import(
    pathToFileURL(`${modules}/ldes-client/dist/lib/client.js`)
);
const { Writer } = find(find.resolve("n3", { paths: [`${modules}/ldes-client`] }));

const writer = new Writer({ format: "N-Quads" });
const config = intoConfig({ url, statePath, fetch: enhanced_fetch({ retry: { maxRetries: 2 } }) });
const client = replicateLDES(config, order);
const failures = [];
client.on("error", (error) => failures.push(error));
for await (const member of client.stream({ highWaterMark: 10 })) {
    process.stdout.write(writer.quadsToString(member.quads));
}
if (failures.length) {
    console.error(failures);
    process.exitCode = 1;
}
