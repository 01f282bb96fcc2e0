// Asks a server with the official openai package and prints what it got as JSON.
import { createRequire } from "node:module";
const require = createRequire(process.env.SONDE_MODULES + "/");
const OpenAI = require("openai");

const client = new OpenAI({ baseURL: process.env.SONDE_URL + "/v1", apiKey: process.env.SONDE_KEY, maxRetries: 0 });
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "What are limpets?" },
  { role: "assistant", content: "Snails. [1]" },
  { role: "user", content: [{ type: "text", text: "帽贝何时觅食？" }] },
];

const out = {};
out.models = (await client.models.list()).data.map((m) => m.id);
out.model = (await client.models.retrieve("deepseek:deepseek-reasoner")).id;

const whole = await client.chat.completions.create({ model: "sonde", messages, temperature: 0.6 });
out.whole = { message: whole.choices[0].message, finish: whole.choices[0].finish_reason, usage: whole.usage };

out.stream = { content: "", reasoning: "", annotations: [], finish: null, usage: null };
const stream = await client.chat.completions.create({
  model: "sonde", messages, stream: true, stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  if (chunk.usage) out.stream.usage = chunk.usage;
  for (const choice of chunk.choices) {
    out.stream.content += choice.delta.content ?? "";
    out.stream.reasoning += choice.delta.reasoning_content ?? "";
    out.stream.annotations.push(...(choice.delta.annotations ?? []));
    out.stream.finish = choice.finish_reason ?? out.stream.finish;
  }
}

const ask = { type: "text", text: "帽贝何时觅食？" };
const data = (type, text) => `data:${type};base64,${Buffer.from(text).toString("base64")}`;
const withFile = await client.chat.completions.create({ model: "sonde", messages: [{ role: "user", content: [
  ask, { type: "file", file: { filename: "notes.md", file_data: data("text/markdown", "# Limpets") } },
  { type: "image_url", image_url: { url: data("image/png", "\x89PNG\r\n") } },
] }] });
const kept = await fetch(`${process.env.SONDE_URL}/api/runs/${withFile.sonde.run}`, { headers: { Authorization: "Bearer any" } });
out.attached = (await kept.json()).question.attachments.map((a) => `${a.name} ${a.media_type} ${a.bytes}`);

const errors = [];
for (const body of [
  { model: "no-such-model", messages },
  { model: "sonde", messages: [] },
  { model: "sonde", messages: [{ role: "user", content: "fail, please" }], stream: true },
  { model: "sonde", messages: [{ role: "user", content: [ask, { type: "image_url", image_url: { url: "https://example.org/x.png" } }] }] },
]) {
  try {
    const reply = await client.chat.completions.create(body);
    if (body.stream) for await (const chunk of reply) void chunk;
    errors.push("none");
  } catch (e) {
    errors.push(`${e.constructor.name} ${e.status ?? ""} ${e.message}`);
  }
}
out.errors = errors;
console.log(JSON.stringify(out));
