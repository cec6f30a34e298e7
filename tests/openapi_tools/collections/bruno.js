// Converts a Postman collection as Bruno imports it, and writes it as a folder that Bruno opens.
import { postmanToBruno } from "@usebruno/converters";
import { stringifyCollection, stringifyFolder, stringifyRequest } from "@usebruno/filestore";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [source, target] = process.argv.slice(2);
const options = { format: "bru" };
const { collection } = await postmanToBruno(JSON.parse(readFileSync(source, "utf8")));

async function write(items, folder) {
  for (const [index, item] of items.entries()) {
    const place = join(folder, item.name);
    if (item.items) {
      mkdirSync(place);
      const root = { ...item.root, meta: { name: item.name, seq: index + 1 } };
      writeFileSync(join(place, "folder.bru"), await stringifyFolder(root, options));
      await write(item.items, place);
    } else {
      writeFileSync(`${place}.bru`, await stringifyRequest({ ...item, seq: index + 1 }, options));
    }
  }
}

mkdirSync(target);
writeFileSync(join(target, "bruno.json"), JSON.stringify({ version: "1", name: collection.name, type: "collection" }));
writeFileSync(join(target, "collection.bru"), await stringifyCollection(collection.root, {}, options));
await write(collection.items, target);
