import { expect, test } from "vitest";
import { cbor, encodeCbor, hexToBytes, taggedValue } from "#bc/dcbor";
import { EncryptedKey, randomBytes, SymmetricKey } from "../keys/index.ts";
import { Envelope } from "./envelope.ts";
import { HAS_SECRET } from "./known-values.ts";
import { contentKeyFor, lockSubject } from "./lock.ts";

const SECRET = new TextEncoder().encode("correct horse batterie stapelé");

/** Written by bc-envelope 0.34: the text "a profile" under SECRET. */
const BY_REFERENCE = {
  HKDF: "ur:envelope/lftansfwlrglatsfotlbiobevagofrurchgsbetngsynpyvsahbzmngljzwleyfriagdjnvtmuskaskgvwetkgjksrjesnpmtasthddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxnsmonynekpntdsbzkkgmynsbbemujtgarhuoflhllajkvecmgtvlaswskitazokegssptalteshtuyayfsaylsnttpgdsetdgmjyylurrknbkspfkbeefytkjordhglsaetansgmgdqdjzlolksbrkskyklodryajohylpksrpaefsgerebt",
  "HKDF with SHA-512":
    "ur:envelope/lftansfwlrglisaefmhejeisnbgyotonbnnlcejzgsaydyidzeqdwpmyknstgwwlurgdoslarhmokkwkrdftishfbspmmhdmynrthddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxhehsntytinssjkpalrnelkrfmeoyadtnsrismsoxdsfejebbbwdkdytkgthpkpsfgswnwmoeaxrlzsvdpssrbkzttagdwpmtsfmnhllpmweesonndlctetjldsahhglsaetansgmgdjniniogwteenidpyqdehaojsbzrkjkhfadaovltohs",
  PBKDF2:
    "ur:envelope/lftansfwlrgllockbecyutwtjkadsnfswdptwtgygsaoqzzsdmsswkaawenycxrhrsgdrnbgntqdjkhdhewnlaqzuyueuefswfenhddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxjziopaissghhottornvyhdvedmkskibgvelbgydksslrurgsskdebtsofwckglcngstpwmqduynbeyprpdadlfvwntgdvtghtokpspprmodsnsfsfsjewftisnghhdcelradtansgmgdfymwgtwfwsaxdphhhsnnprbslgstuetdcyaeadlnnbaentindevd",
  "PBKDF2 with SHA-512":
    "ur:envelope/lftansfwlrglhlspuewnrksedawepfrebnfgwyskgszmdahgctmhjpfzolkblkytbdgdprgsjoswfydmguwzfnwnbkrogwlugdenhddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxwpnnzcbgrddlpsaypyjywtcsnepfeektbdqzbdayykhpyaprnbjtaytnaofsrokkgsndrsktdkbtpswmckceclesgagdatflbkdykttalshghsrlvdlopardbdcnhdcylradtansgmgdjnfnsnbesrhsluisrsfnbytogdzsswahcfaxvsadvozohsve",
  scrypt:
    "ur:envelope/lftansfwlrglwmeecxbaamtkzmbgqdylwsvemnzcgszolguyaetbrsylcnlpcfsgttgddacxrsfytljnykcnemylgtckzthebyoehddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxkendlandpyahuelnbdbkkplrfxrkbdlrrkhlzmrsiesofytalrfhbwhgwnclkifhgseeyajnsntkmdbskpveaymeutgdecmwvespwpiechdnbsfzkpurpahsmkzmhdcflpaotansgmgdsnsoghghskntwmiahfreiyurvekbwptbbsayadpsaadaga",
  Argon2id:
    "ur:envelope/lftansfwlrglpslartmeemgwlrweiotafwtamhlagsuodkurkglbtogrbnislndywkgdtkrttigulubwcwhtinkgdatswllodebdhddatansfphdcxcnkbfxjkchdemspyhgdewfvlwsdmsektpsbnjtetesaymyspammtldndrlnyynstoybwtpsotanshptansfwlrhdcxprgokefnjpasgsfrswttjlwsmulbaygetlntuobwismyfhkokoqdjnsamkrngawngsotswlgosdphtmhdtsngeghlogdtprouoesbwmdskjogsfduerttpmhgudshflfaxtansgmgdlyztbzlygafdidlykpdywtbbsnfhkihsinlagabg",
};

test.each(Object.entries(BY_REFERENCE))("opens what the reference has locked by %s", (_method, ur) => {
  const locked = Envelope.fromURString(ur);
  const opened = locked.decryptSubject(contentKeyFor(locked, SECRET));
  expect(opened.asText()).toBe("a profile");
});

test("what is locked opens with its secret, and with no other", () => {
  const envelope = Envelope.new("a profile").addAssertion("note", "in the open");
  const locked = lockSubject(envelope, SymmetricKey.generate(), SECRET);
  expect(locked.subject().isEncrypted()).toBe(true);
  const read = Envelope.fromURString(locked.urString());
  expect(read.decryptSubject(contentKeyFor(read, SECRET)).asText()).toBe("a profile");
  for (const other of [new Uint8Array(), SECRET.slice(1)]) {
    expect(() => contentKeyFor(read, other)).toThrow(expect.objectContaining({ code: "unknown-secret" }));
  }
});

/** Whatever it is that stands in the place of the derivation. */
function keyWith(aad: Uint8Array): EncryptedKey {
  const message = SymmetricKey.generate().encrypt(randomBytes(32), { aad });
  return EncryptedKey.fromCbor(taggedValue(40_027, message.toCbor()));
}

const salt = taggedValue(40_018, cbor(randomBytes(16)));

test.each([
  ["scrypt of 2 GiB", [2, salt, 20, 16, 1]],
  ["scrypt of 2^40 rounds", [2, salt, 40, 1, 1]],
  ["scrypt a thousand times", [2, salt, 15, 8, 1000]],
  ["PBKDF2 for an hour", [1, salt, 4_000_000_000, 0]],
  ["an SSH agent", [4, salt, "key"]],
])("a derivation that would cost too much, or is not known, is refused: %s", (_what, derivation) => {
  const refused = expect.objectContaining({ code: "unsupported-scheme" });
  expect(() => keyWith(encodeCbor(derivation)).unlock(SECRET)).toThrow(refused);
});

test.each([
  ["nothing", new Uint8Array()],
  ["no CBOR", hexToBytes("ff")],
  ["deep nesting", new Uint8Array(100_000).fill(0x81)],
  ["no salt", encodeCbor([3])],
  ["a salt of 4 bytes", encodeCbor([3, taggedValue(40_018, cbor(randomBytes(4)))])],
  ["a cost that is a text", encodeCbor([2, salt, "15", 8, 1])],
  ["scrypt without costs", encodeCbor([2, salt])],
  ["no iterations", encodeCbor([1, salt, 0, 0])],
  ["an unknown hash", encodeCbor([0, salt, 2])],
])("what is no derivation is refused: %s", (_what, aad) => {
  const key = keyWith(aad);
  expect(() => key.unlock(SECRET)).toThrow(expect.objectContaining({ code: "malformed" }));
  const locked = Envelope.new("text").encryptSubject(SymmetricKey.generate()).addAssertion(HAS_SECRET, key);
  expect(() => contentKeyFor(locked, SECRET)).toThrow(expect.objectContaining({ code: "unknown-secret" }));
});
