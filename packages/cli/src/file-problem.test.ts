import { expect, test } from "vitest";
import { fileProblem } from "./file-problem.ts";

function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: told by the system, ${syscall}`), {
    code,
    syscall,
    ...(path && { path }),
  });
}

test.each([
  [systemError("EACCES", "open", "keys.ur"), "keys.ur can't be read: permission denied"],
  [
    systemError("EACCES", "open", "keys.ur.0f8fad5b-d9cb-469f-a165-70867728950e.draft"),
    "keys.ur can't be written: permission denied",
  ],
  [systemError("ENOSPC", "write", "shares/one"), "shares/one can't be written: the disk is full"],
  [systemError("EROFS", "mkdir", "/mnt/x"), "the folder /mnt/x can't be made: the disk can only be read"],
  [systemError("EXYZ", "open", "a"), "a can't be read: EXYZ: told by the system, open"],
  [systemError("EMFILE", "open"), "too many files are open"],
])("%s", (error, says) => {
  expect(fileProblem(error)).toBe(says);
});

test("other errors are none of files", () => {
  expect(fileProblem(new Error("no"))).toBeUndefined();
});
