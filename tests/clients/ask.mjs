// Asks an endpoint with each client that researchers use in JavaScript; prints what each found, as JSON.
import { text } from "node:stream/consumers";
import { QueryEngine } from "@comunica/query-sparql";
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import SparqlClient from "sparql-http-client";

const endpoint = process.argv[2];
const claims = "SELECT ?s ?w { ?s a <https://w3id.org/averment/ns#Claim> ; <https://w3id.org/averment/ns#wording> ?w }";
const types = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }";
const count = async (stream) => {
  let seen = 0;
  for await (const each of stream) seen += each ? 1 : 0;
  return seen;
};
const failure = async (ask) => {
  try {
    await ask();
    return "no error";
  } catch (error) {
    return String(error.message || error);
  }
};

const client = new SparqlClient({ endpointUrl: endpoint, storeUrl: endpoint.replace("/sparql", "/graph-store") });
const fetcher = new SparqlEndpointFetcher();
const engine = new QueryEngine();
const sources = [{ type: "sparql", value: endpoint }];

const found = {
  "sparql-http-client": {
    rows: await count(client.query.select(claims)),
    posted: await count(client.query.select(claims, { operation: "postUrlencoded" })),
    direct: await count(client.query.select(claims, { operation: "postDirect" })),
    triples: await count(client.query.construct(types)),
    truth: await client.query.ask("ASK {}"),
    graph: await count(client.store.get({ termType: "NamedNode", value: process.argv[3] })),
    wrong: await failure(() => count(client.query.select("SELECT {"))),
  },
  "fetch-sparql-endpoint": {
    rows: await count(await fetcher.fetchBindings(endpoint, claims)),
    triples: await count(await fetcher.fetchTriples(endpoint, types)),
    truth: await fetcher.fetchAsk(endpoint, "ASK {}"),
    raw: (await text((await fetcher.fetchRawStream(endpoint, claims, "text/csv"))[2])).trim().split("\n").length - 1,
    wrong: await failure(async () => count(await fetcher.fetchBindings(endpoint, "SELECT * { ?s ?p }"))),
  },
  comunica: {
    rows: await count(await engine.queryBindings(claims, { sources })),
    triples: await count(await engine.queryQuads(types, { sources })),
    truth: await engine.queryBoolean("ASK { ?s ?p ?o }", { sources }),
    described: await count(await engine.queryBindings(claims, { sources: [endpoint] })),
  },
};
console.log(JSON.stringify(found));
