/** Errors of the file system, in plain words. */

/** What the system says, and how it reads after the name of the file. */
const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder, not a file",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  ENOSPC: "the disk is full",
  EDQUOT: "your room on the disk is used up",
  EROFS: "the disk can only be read",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  EMFILE: "too many files are open",
  EFBIG: "it is too large for this disk",
  EIO: "the disk fails",
  EBUSY: "it is in use",
  ETXTBSY: "it is in use",
  EEXIST: "it exists already",
};

/** The same of a folder that is to be made. */
const FOLDERS: Readonly<Record<string, string>> = {
  ENOENT: "its file system refuses it",
  EEXIST: "there is a file of that name",
};

/** Calls that look at a file and leave it as it is. */
const READING = ["open", "read", "stat", "lstat", "scandir", "readlink"];

/** `share.txt can't be read: no such file or folder`; undefined for an error of another kind. */
export function fileProblem(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return undefined;
  const problem = PROBLEMS[String(error.code)] ?? error.message;
  if (!("path" in error)) return problem;
  const path = String(error.path);
  if (error.syscall === "mkdir")
    return `the folder ${path} can't be made: ${FOLDERS[String(error.code)] ?? problem}`;
  const verb = READING.includes(String(error.syscall)) && !DRAFT.test(path) ? "read" : "written";
  return `${path.replace(DRAFT, "")} can't be ${verb}: ${problem}`;
}

/** What `files.ts` puts behind the name of a file while it is being written. */
export const DRAFT_NAME = ".draft";
const DRAFT = /\.[0-9a-f-]{36}\.draft$/;
