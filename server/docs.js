// Shows /openapi.json as a page. Everything is put in as text.
"use strict";

function add(parent, name, text, className) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (className) e.className = className;
  parent.append(e);
  return e;
}

function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const types = [].concat(schema.type || []).filter((t) => t !== "null");
  if (types.includes("array")) return "list of " + typeName(schema.items);
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  return types.join(" or ") + (schema.format ? " (" + schema.format + ")" : "");
}

function fields(parent, doc, schema, seen) {
  const name = schema && schema.$ref ? typeName(schema) : "";
  if (name) {
    if (seen.has(name)) return;
    seen.add(name);
    schema = doc.components.schemas[name];
    add(parent, "h4", name);
  }
  if (!schema || !schema.properties) return;
  const table = add(parent, "table");
  const inner = [];
  for (const [field, s] of Object.entries(schema.properties)) {
    const row = add(table, "tr");
    const required = (schema.required || []).includes(field);
    add(add(row, "td"), "code", field, required ? "required" : "");
    add(row, "td", typeName(s));
    add(row, "td", s.description || "");
    inner.push(s.items || s.additionalProperties || s);
  }
  inner.filter((s) => s.$ref).forEach((s) => fields(parent, doc, s, seen));
}

function media(parent, doc, title, content) {
  for (const [mime, m] of Object.entries(content || {})) {
    add(parent, "h3", title + ": " + mime);
    fields(parent, doc, m.schema, new Set());
  }
}

function call(parent, doc, path, method, op) {
  const box = add(parent, "details");
  box.id = op.operationId;
  const head = add(box, "summary");
  add(head, "code", method.toUpperCase(), "method");
  add(head, "code", path);
  head.append(" " + op.summary);
  if (op.parameters) {
    const table = add(box, "table");
    for (const p of op.parameters) {
      const row = add(table, "tr");
      add(add(row, "td"), "code", p.name, p.required ? "required" : "");
      add(row, "td", p.in + ", " + typeName(p.schema));
      add(row, "td", p.description || "");
    }
  }
  if (op.requestBody) media(box, doc, "Request", op.requestBody.content);
  for (const [code, reply] of Object.entries(op.responses)) {
    add(box, "p", code + ": " + reply.description);
    if (code !== "default") media(box, doc, "Response " + code, reply.content);
  }
}

async function show() {
  const about = document.getElementById("about");
  const reply = await fetch("/openapi.json");
  if (!reply.ok) {
    about.textContent = "The description could not be read (status " + reply.status + "). Reload the page.";
    return;
  }
  const doc = await reply.json();
  about.textContent = doc.info.description;
  const groups = new Map();
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      const tag = op.tags[0];
      if (!groups.has(tag)) {
        const section = add(document.getElementById("calls"), "section");
        add(section, "h2", tag);
        groups.set(tag, section);
      }
      call(groups.get(tag), doc, path, method, op);
    }
  }
}

show();
