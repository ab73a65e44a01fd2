// Reads a JSON list of N-Quads documents; writes the SHA-256 of the RDFC-1.0 form of each, as rdf-canonize gives it.
import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import * as canonize from "rdf-canonize";

const documents = JSON.parse(await text(process.stdin));
const digests = [];
for (const each of documents) {
  const form = await canonize.canonize(each, { algorithm: "RDFC-1.0", inputFormat: "application/n-quads", format: "application/n-quads" });
  digests.push(createHash("sha256").update(form).digest("hex"));
}
process.stdout.write(JSON.stringify(digests));
