/** Imported before a server: once there is a file at `DISK_IS_BROKEN`, nothing can be synced to the disk. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { fdatasyncSync: sync } = fs;
const broken = process.env["DISK_IS_BROKEN"] ?? "";

fs.fdatasyncSync = (descriptor) => {
  if (fs.existsSync(broken)) throw new Error("EIO");
  sync(descriptor);
};
syncBuiltinESMExports();
