// Drives the official client for Node: each line that comes in is one call, each that goes out what became of it.
import Anthropic from "@anthropic-ai/sdk";
import { createInterface } from "node:readline";

const resource = (client, operation) => operation.split(".").reduce((found, name) => found[name], client.beta);

async function walk(list, most) {
  const items = [];
  for await (const item of list) {
    items.push(item);
    if (items.length === most) break;
  }
  return items;
}

async function call({ baseURL, token, maxRetries, operation, ids, params, most }) {
  const client = new Anthropic({ apiKey: token, authToken: null, baseURL, maxRetries });
  const [path, method] = [operation.slice(0, operation.lastIndexOf(".")), operation.split(".").at(-1)];
  const came = resource(client, path)[method](...ids, ...(Object.keys(params).length ? [params] : []));
  return most === null ? await came : await walk(came, most);
}

function told(error) {
  const { status = null, type = null, requestID = null, message } = error;
  return { kind: error.constructor.name, status, type, request_id: requestID, message };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await call(JSON.parse(line)).then(
    (value) => ({ value: value ?? null }),
    (error) => ({ error: told(error) }),
  );
  console.log(JSON.stringify(answer));
}
