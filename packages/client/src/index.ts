/**
 * The client of a share server, for Node, browsers and Workers: online, or offline by QR codes.
 *
 * @module share-client
 */
export { ARID, Envelope, loadPostQuantum, PrivateKeys, PublicKeys, XID } from "@bc/envelope";
export {
  type Call,
  type Fallback,
  type FallbackTransferResult,
  type Format,
  type Identity,
  identityOf,
  type NativeName,
  type ParametersOf,
  type ProvenShare,
  Receipt,
  type ResultOf,
  type RetrievedShare,
  type UpdatePublicKeyResult,
} from "@bc/share-protocol";
export { AUDITS_OF_A_YEAR, auditCopies, auditPrepared, type PreparedAudit, prepareAudits } from "./audit.ts";
export { adoptRecovered, type UselessPlace, uselessPlaces } from "./backup/adopt-recovered.ts";
export { checkBackups, type PlaceCheck } from "./backup/care/check-backup.ts";
export { dropRetired, forgetBackup } from "./backup/care/forget-backup.ts";
export { auditBackup } from "./backup/care/place-audits.ts";
export { growBackup } from "./backup/change/grow-backup.ts";
export { beginRepair, lossIn } from "./backup/change/repair-backup.ts";
export {
  beginRotation,
  type Rotation,
  type RotationOptions,
  settleRotation,
} from "./backup/change/rotate-backup.ts";
export { cancelTransfers, confirmContact, nameContact } from "./backup/contacts.ts";
export { type BackupOptions, beginBackup, type PlaceToBe, storeBackup } from "./backup/make-backup.ts";
export {
  accountAt,
  addAccount,
  atEach,
  changeAccount,
  clientOf,
  findAccount,
  keyOf,
  newKeysFor,
  type PlaceOutcome,
  putAccount,
  type Reach,
} from "./backup/profile/accounts.ts";
export { fromKeptRequest, toKeptRequest } from "./backup/profile/kept-request.ts";
export {
  type Account,
  type AskedAudit,
  type Backup,
  EMPTY_PROFILE,
  type KeptRequest,
  type KeptShare,
  type KeySchemes,
  type Place,
  type Profile,
  type ProfileKeeper,
  type Recovery,
  type RecoveryPlace,
  type ShareSet,
  type ShareSetState,
  type WantedBackup,
} from "./backup/profile/profile.ts";
export { backupNamed, isCurrent, serversOf } from "./backup/profile/share-sets.ts";
export {
  addLostPlaces,
  aimRecovery,
  askForAccount,
  askForAccounts,
  changeLostContact,
  confirmAccount,
  endRecovery,
  giveUpRecovery,
  hintedPlaces,
  type LostPlace,
  type RecoveryStanding,
} from "./backup/recover.ts";
export { isUR, MAX_SECRET_BYTES, type Secret, secretEnvelope, secretIn } from "./backup/secret/secret.ts";
export { type Hint, hintsIn, type Joined, joinAll, shareOut } from "./backup/secret/share-out.ts";
export {
  type RecoverySheet,
  readRecoverySheet,
  recoverySheetOf,
  type SheetPlace,
  sheetToEnvelope,
} from "./backup/sheet/recovery-sheet.ts";
export { recoverySheetPage } from "./backup/sheet/sheet-page.ts";
export { recoverySheetText } from "./backup/sheet/sheet-text.ts";
export {
  type BackupThatCame,
  backupsThatCame,
  isRecoveryWhole,
  type Recovered,
  recoveredSecrets,
  type SharesThatCame,
  takeRecovered,
} from "./backup/what-came.ts";
export { buildKeyChange } from "./build-key-change.ts";
export { type BuiltRequest, buildRequest, type RequestOptions } from "./build-request.ts";
export {
  type Collected,
  type Collector,
  createCollector,
  MAX_SCANNED_PARTS,
  type Progress,
} from "./carried-text/collector.ts";
export { type FoundUR, findURs } from "./carried-text/find-urs.ts";
export { type Client, type ClientOptions, createClient, type PreparedCall } from "./client.ts";
export {
  ClientError,
  type ClientErrorCode,
  isFinalRefusal,
  refusalCode,
  type ServerRefusal,
} from "./client-error.ts";
export type { Endpoint, Transport } from "./endpoint.ts";
export { fetchInfo } from "./fetch-info.ts";
export { fetchServer } from "./fetch-server.ts";
export { followServer, type KnownServer, serverFromDocument, serverFromUR } from "./known-server.ts";
export { LIFEHASH_SIZE, lifeHash } from "./lifehash.ts";
export { type ExpectedAnswer, type OpenedAnswer, openAnswer, verifyAnswer } from "./open-answer.ts";
export { printable } from "./printable.ts";
export {
  FRAGMENT_SIZES,
  FRAMES_PER_SECOND,
  type FragmentSize,
  type Frames,
  framesOf,
  MAX_ANIMATED,
  modulesOf,
} from "./qr/frames.ts";
export { KIND_BYTES, pictureKind } from "./qr/picture-kind.ts";
export { createFilmReader, type Picture, type ReadOptions, readCodes } from "./qr/read-codes.ts";
export { readResult } from "./read-result.ts";
export { sendEnvelope } from "./send-envelope.ts";
export { serverAddress } from "./server-address.ts";
