/** `share request …`: the commands that ask a server, as requests to be carried over by other means. */

import { randomBytes, type XID } from "@bc/envelope";
import { buildRequest, Receipt } from "@bc/share-client";
import { type Call, type NativeName, shareProof } from "@bc/share-protocol";
import { Argument, type Command } from "commander";
import { codeFrom } from "../arguments.ts";
import { knownServer } from "../connect.ts";
import { Failure } from "../failure.ts";
import { allowEmptyOption, readContent, readInput } from "../files.ts";
import { type AskedAudit, receiptsWithAudits } from "../home/home.ts";
import { beginKeyChange } from "../key-change.ts";
import { addKeyChangeOptions, addKeyOptions, type KeyOptions, schemesIn } from "../key-options.ts";
import { type ReceiptName, receiptNames, receiptNamesFrom, receiptsAmong } from "../receipt-names.ts";
import { addForm, expectForm, outputRequest, type RequestForm } from "../request-output.ts";
import { settingsOf } from "../settings.ts";
import { beginTransfer } from "../transfer.ts";
import { expectSameAddress } from "../under-way.ts";
import { takePrepared } from "./audit.ts";
import { addDeleteArguments, type DeleteOptions, expectNamed } from "./delete.ts";
import { examples } from "./examples.ts";

type AuditForm = RequestForm & { readonly copy?: string };
type KeyForm = RequestForm & KeyOptions;

export function addRequest(program: Command): void {
  const request = program
    .command("request")
    .description("print a request instead of sending it; `share open` reads the answer")
    .option("--undated", "leave the date out, on a device without a clock: the server takes it at any time")
    .addHelpText(
      "after",
      examples(
        "request store share-1.ur --server server.ur > request.ur",
        "request get --server server.ur --ur-parts 8",
        "request fallback set alice@example.com --cbor -o request.cbor",
      ) +
        "\nThe ID of the request is printed on stderr. Without --server the request is for the server remembered for the address, or else for the one that answers there.\n",
    );
  addShares(request);
  addFallback(request.command("fallback").description("requests about the contact of your account"));
  addAccount(request);
}

function addShares(request: Command): void {
  addForm(request.command("store"))
    .description("a request to store a share")
    .argument("<file>", "any bytes; - for stdin")
    .addOption(allowEmptyOption())
    .addHelpText("after", examples("request store share-1.ur --server server.ur"))
    .action(async (file: string, form: RequestForm & { readonly allowEmpty?: true }, command: Command) => {
      const data = await readContent(file, form);
      await build({ name: "storeShare", parameters: { data } }, form, command);
    });
  addForm(request.command("get"))
    .description("a request for shares")
    .addArgument(receiptNames("all"))
    .addHelpText("after", examples("request get --server server.ur", "request get 3f2a…c1 --ur-parts 8"))
    .action(async (names: readonly ReceiptName[], form: RequestForm, command: Command) => {
      const receipts = await receiptsWithoutNetwork(names, command);
      await build({ name: "retrieveShares", parameters: { receipts } }, form, command);
    });
  addForm(request.command("audit"))
    .description("a request to prove that the server still has a share")
    .argument("[receipt]", "of a share that audits were prepared of; its first four digits will do", (text) =>
      receiptNamesFrom(text),
    )
    .option("--copy <file>", "of this share, by a copy, and use up no prepared audit")
    .addHelpText(
      "after",
      examples("request audit 3f2a…c1 --server server.ur", "request audit --copy share-1.ur --qr") +
        "\nOne share in each request. `share open` compares the proof in the answer, and tells what `share audit` tells.\n",
    )
    .action(async (named: readonly ReceiptName[] = [], { copy, ...form }: AuditForm, command: Command) => {
      const settings = settingsOf(command);
      await expectForm(settings, form);
      const { home } = settings;
      await home.expectKeys();
      const server = await knownServer(settings);
      const identity = await home.identityAt(server);
      const [receipt] = await receiptsWithoutNetwork(named, command);
      const { left, ...asked } =
        receipt !== undefined && copy === undefined
          ? { receipt, ...(await takePrepared(settings, server, receipt)) }
          : await auditOfCopy(identity.xid, receipt === undefined ? copy : undefined);
      const { nonce } = asked.audit;
      const call = { name: "auditShares", parameters: { receipts: [asked.receipt], nonce } } as const;
      const built = await buildRequest(call, identity, server, {
        date: dateOf(command),
        sealed: settings.sealed,
      });
      await home.keepAsked(server, built.id.hex(), asked);
      await outputRequest(settings, built, form);
      if (left !== undefined && !settings.json) process.stderr.write(`audits left ${left}\n`);
    });
  addForm(addDeleteArguments(request.command("delete")))
    .description("a request to delete shares")
    .addHelpText("after", examples("request delete 3f2a…c1", "request delete --all"))
    .action(async (names: readonly ReceiptName[], options: RequestForm & DeleteOptions, command: Command) => {
      expectNamed(names, options);
      const receipts = await receiptsWithoutNetwork(names, command);
      await build({ name: "deleteShares", parameters: { receipts } }, options, command);
    });
}

/** Shortened receipts are looked up among the shares that audits were prepared of: these are known on this device. */
async function receiptsWithoutNetwork(
  names: readonly ReceiptName[],
  command: Command,
): Promise<readonly Receipt[]> {
  if (names.every((name) => "receipt" in name)) return names.map(({ receipt }) => receipt);
  const settings = settingsOf(command);
  const known = receiptsWithAudits(await settings.home.sharesAt(await knownServer(settings)));
  return receiptsAmong(names, known, "of the shares known on this device");
}

function addFallback(fallback: Command): void {
  addForm(fallback.command("set"))
    .description("a request to name a contact")
    .addArgument(contactArgument())
    .addHelpText("after", examples("request fallback set alice@example.com"))
    .action(async (contact: string, form: RequestForm, command: Command) => {
      await build({ name: "updateFallback", parameters: { fallback: contact } }, form, command);
    });
  addForm(fallback.command("show"))
    .description("a request for the contact, and whether it is validated")
    .addHelpText("after", examples("request fallback show"))
    .action(async (form: RequestForm, command: Command) => {
      await build({ name: "retrieveFallback", parameters: {} }, form, command);
    });
  addForm(fallback.command("remove"))
    .description("a request to remove the contact")
    .addHelpText("after", examples("request fallback remove"))
    .action(async (form: RequestForm, command: Command) => {
      await build({ name: "updateFallback", parameters: { fallback: null } }, form, command);
    });
  addForm(fallback.command("verify"))
    .description("a request to confirm with a code")
    .argument("<code>", "eight letters and digits; neither case nor the dash matters", codeFrom)
    .addHelpText("after", examples("request fallback verify 2MZD-AFYH"))
    .action(async (code: string, form: RequestForm, command: Command) => {
      await build({ name: "verifyFallback", parameters: { code } }, form, command);
    });
  addForm(addKeyOptions(fallback.command("transfer")))
    .description("a request to move the account with this contact to your keys, or how that stands")
    .argument("[contact]", "the contact of the account; none asks how it stands")
    .addHelpText(
      "after",
      examples("request fallback transfer alice@example.com") +
        "\nThe same request is printed again until `share open` has read an answer that ends the transfer.\n",
    )
    .action(async (contact: string | undefined, form: KeyForm, command: Command) => {
      const settings = settingsOf(command);
      await expectForm(settings, form);
      const earlier = await settings.home.pending("transfer");
      if (earlier !== undefined) expectSameAddress(settings, "transfer", earlier);
      const isMeant = earlier !== undefined && (contact ?? earlier.contact) === earlier.contact;
      if (!isMeant) await settings.home.forgetPending("transfer");
      const { request } = isMeant
        ? earlier
        : await beginTransfer(settings, contact, schemesIn(form), dateOf(command));
      await outputRequest(settings, request, form);
    });
}

function addAccount(request: Command): void {
  addForm(addKeyChangeOptions(request.command("rekey")))
    .description("a request to give your account new keys")
    .addHelpText(
      "after",
      examples("request rekey -o request.ur", "open answer.ur --id 5fd0…9e") +
        "\nThe new keys wait beside the old ones until `share open` has read the server's OK. Until then the same\nrequest is printed again.\n",
    )
    .action(async (form: KeyForm, command: Command) => {
      const settings = settingsOf(command);
      await expectForm(settings, form);
      const earlier = await settings.home.pending("rekey");
      if (earlier !== undefined) expectSameAddress(settings, "rekey", earlier);
      const { request } = earlier ?? (await beginKeyChange(settings, schemesIn(form), dateOf(command)));
      await outputRequest(settings, request, form);
    });
  addForm(request.command("leave"))
    .description("a request to delete your account")
    .addHelpText("after", examples("request leave --server server.ur"))
    .action(async (form: RequestForm, command: Command) => {
      await build({ name: "deleteAccount", parameters: {} }, form, command);
    });
}

async function auditOfCopy(
  account: XID,
  file: string | undefined,
): Promise<AskedAudit & { readonly left?: number }> {
  if (file === undefined) throw new Failure("usage", "name one receipt, or one copy with --copy");
  const [data, nonce] = [await readInput(file), randomBytes(32)];
  return { receipt: Receipt.of(account, data), audit: { nonce, proof: shareProof(nonce, data) } };
}

function contactArgument(): Argument {
  return new Argument("<contact>", "alice@example.com, +15551234567, or what else `share info` says");
}

/** @throws {Failure} `usage` for a request without a date that is not sealed. */
function dateOf(command: Command): Date | "none" {
  const { undated, plain } = command.optsWithGlobals<{ readonly undated?: true; readonly plain?: true }>();
  if (undated && plain) {
    throw new Failure(
      "usage",
      "a request without a date has to be sealed: --undated and --plain exclude each other",
    );
  }
  return undated ? "none" : new Date();
}

async function build<Name extends NativeName>(
  call: Call<Name>,
  form: RequestForm,
  command: Command,
): Promise<void> {
  const settings = settingsOf(command);
  await expectForm(settings, form);
  const { home } = settings;
  await home.expectKeys();
  const server = await knownServer(settings);
  const request = await buildRequest(call, await home.identityAt(server), server, {
    date: dateOf(command),
    sealed: settings.sealed,
  });
  await outputRequest(settings, request, form);
}
