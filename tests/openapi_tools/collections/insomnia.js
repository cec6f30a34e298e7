// Prints what Insomnia's importer makes of a Postman collection.
import { readFileSync } from "node:fs";
import { convert } from "insomnia-importers";

console.log(JSON.stringify(await convert(readFileSync(process.argv[2], "utf8"))));
