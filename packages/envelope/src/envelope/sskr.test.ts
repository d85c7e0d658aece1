import { describe, expect, test } from "vitest";
import { SSKRShare, SymmetricKey } from "../keys/index.ts";
import { Envelope } from "./envelope.ts";
import { notation } from "./format/notation.ts";
import { SSKR_SHARE } from "./known-values.ts";
import { hasQuorum, joinShares, type SplitPlan, sharesIn, splitToShares } from "./sskr.ts";

const SECRET = Envelope.new("the payload").addAssertion("note", "kept");
const TWO_OF_THREE: SplitPlan = { groupThreshold: 1, groups: [{ threshold: 2, count: 3 }] };

/** `envelope sskr split -g 2-of-3`, 0.35.0, of {@link SECRET}. */
const OF_THE_REFERENCE = [
  "ur:envelope/lftansfwlrhdcpkkmtdiwzetfmbecpftfzfwpmcxfzadatprsnremshgswskeeloswaxretylnykjncfnlgswlpklogmeondeyzsdnkemdcngdlecsftmehtvldtiewemdidrsimhhbymthddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddalordaeadaebgltckldaxctdnwdfsplsoiodtrnlsflmwqdztoehhbndtidfelnjyjyrtchuoktpeaxcany",
  "ur:envelope/lftansfwlrhdcpkkmtdiwzetfmbecpftfzfwpmcxfzadatprsnremshgswskeeloswaxretylnykjncfnlgswlpklogmeondeyzsdnkemdcngdlecsftmehtvldtiewemdidrsimhhbymthddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddalordaeadaddynykownjtlfykndaafzcelgcsgylfinpaeolrftknrhbwbgfyptpakictiehtaxoehfcyhk",
  "ur:envelope/lftansfwlrhdcpkkmtdiwzetfmbecpftfzfwpmcxfzadatprsnremshgswskeeloswaxretylnykjncfnlgswlpklogmeondeyzsdnkemdcngdlecsftmehtvldtiewemdidrsimhhbymthddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddalordaeadaohfrytokktafmlkaygwinkspdgrkglycwuepdbnldbekihllffltpvwiyihwnsbnelrmwrnks",
];
/** `envelope sskr split -t 2 -g 2-of-3 -g 1-of-1 -g 1-of-2` of the same. */
const GROUPS_OF_THE_REFERENCE = [
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgadaelkolaxhddidrqdcedrdtrpgsnlwsvyntbzbstnmufekbnnpmfgpfidmwcycerkuesbvwdewe",
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgadadwdbsswgmtewfvefdfrnspfrhjtecbgnnlkoljtkbengdiyjnwyloutdidnwpeyidytpamtwy",
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgadaofzwsmogstylscaqzayhdrdryjzfzcendfnfgptgmotcpkpenbtrtatwlksvdprryvadrjzdn",
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgbeaelsbtkgylwebagafxykuyfdroylatwehgvamdrdfzeybgbswelkurhgvygrvwtepshgjnfdfd",
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgcxaekkvlwkytiaiykgpydmutbtjtnbbajyfnendebdmwldfltyhduyisvddtjyhfbazorsyljlyt",
  "ur:envelope/lftansfwlrhdcphedtztkscxrehetkjomsjotktadldsvobgurstttfyfgmnfhclindsghdyfpwpgrrstogsztwydklohkwlplhfkbyndwfxgdsbjkolidehzteotpwyeofrrofzftfgtdhddatansfphdcxcxrpgejnfxfrkilujnvakgvybzbacsrlsruyuestcmglnbrktdmtfxhndmcwhnmdoyamtpsotantkphddacwcsbgcxadkkvlwkytiaiykgpydmutbtjtnbbajyfnendebdmwldfltyhduyisvddtjyhfbazoldahzmbk",
];

function split(plan: SplitPlan = TWO_OF_THREE, secret = SECRET): Envelope[] {
  const key = SymmetricKey.generate();
  return splitToShares(secret.wrap().encryptSubject(key), key, plan).flat();
}

function joined(envelopes: readonly (Envelope | undefined)[]): string {
  const given = envelopes.filter((envelope) => envelope !== undefined);
  return notation(joinShares(given).subject.tryUnwrap());
}

/** The same subject with another share under it: what a server would make up. */
function forged(envelope: Envelope): Envelope {
  const data = sharesIn(envelope)[0]?.data ?? new Uint8Array();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  return envelope.subject().addAssertion(SSKR_SHARE, SSKRShare.fromData(data));
}

describe("shares of an envelope", () => {
  test.each([
    [0, 1],
    [2, 0],
    [1, 2],
    [0, 1, 2],
  ])("join, whichever of them make a quorum: %o", (...chosen) => {
    const shares = split();
    expect(joined(chosen.map((index) => shares[index]))).toBe(notation(SECRET));
  });

  test("hide the secret, and differ", () => {
    const shares = split();
    expect(shares.map(notation)).toEqual(Array(3).fill("ENCRYPTED [\n    'sskrShare': SSKRShare\n]"));
    expect(new Set(shares.map((share) => share.digest().hex())).size).toBe(3);
  });

  test.each([{ given: [0] }, { given: [1, 1, 1] }, { given: [] }])("are no quorum: $given", ({ given }) => {
    const shares = split();
    expect(() => joined(given.map((index) => shares[index]))).toThrow(
      expect.objectContaining({ code: "invalid-shares" }),
    );
  });

  test("count as a quorum before they are joined, whoever made them", () => {
    const [first, second, third] = split();
    const [other] = split();
    if (first === undefined || second === undefined || third === undefined || other === undefined)
      throw new Error("three were made");
    expect(hasQuorum([first, third])).toBe(true);
    expect(hasQuorum([first, forged(second)])).toBe(true);
    expect(hasQuorum([first, first, forged(first)])).toBe(false);
    expect(hasQuorum([first, other, Envelope.new("no share")])).toBe(false);
    expect(hasQuorum([])).toBe(false);
  });

  test("of one number a hundred times over are no quorum, and that is soon known", () => {
    const [first, second] = split({ groupThreshold: 1, groups: [{ threshold: 16, count: 16 }] });
    if (first === undefined || second === undefined) throw new Error("sixteen were made");
    const data = sharesIn(first)[0]?.data ?? new Uint8Array();
    const many = Array.from({ length: 100 }, (_, index) => {
      const share = SSKRShare.fromData(data.with(data.length - 1, index));
      return first.subject().addAssertion(SSKR_SHARE, share);
    });
    expect(() => joinShares([...many, second])).toThrow(expect.objectContaining({ code: "invalid-shares" }));
  });

  test("join although one comes twice, another is forged, and others are of another split", () => {
    const [first, second, third] = split();
    const [other] = split();
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three were made");
    const given = [forged(second), forged(third), first, first, other, second];
    const { used } = joinShares(given.filter((envelope) => envelope !== undefined));
    expect(used).toEqual([first, second]);
    expect(joined(given)).toBe(notation(SECRET));
  });

  test("join around a forged subject, and never open to another secret", () => {
    const [first, second] = split();
    const [stranger] = split(TWO_OF_THREE, Envelope.new("another"));
    const share = first && sharesIn(first)[0];
    if (share === undefined || stranger === undefined) throw new Error("shares were made");
    expect(joined([stranger.subject().addAssertion(SSKR_SHARE, share), second])).toBe(notation(SECRET));
    expect(() => joined([stranger.subject().addAssertion(SSKR_SHARE, share), stranger])).toThrow(
      expect.objectContaining({ code: "invalid-shares" }),
    );
  });

  test("end a search that has too much to try", () => {
    const plan = { groupThreshold: 1, groups: [{ threshold: 8, count: 16 }] };
    expect(() => joined(split(plan).map(forged))).toThrow(/too many/);
  });

  test("may carry more than the share", () => {
    const [first, second] = split();
    expect(joined([first?.addAssertion("hint", "elsewhere"), second])).toBe(notation(SECRET));
  });

  test.each([
    { groupThreshold: 1, groups: [{ threshold: 4, count: 3 }] },
    { groupThreshold: 2, groups: [{ threshold: 1, count: 1 }] },
    { groupThreshold: 1, groups: [{ threshold: 1, count: 17 }] },
    { groupThreshold: 0, groups: [] },
  ])("cannot be made by a plan that cannot be: %o", (plan) => {
    expect(() => split(plan)).toThrow(RangeError);
  });

  test("are made of an encrypted subject only", () => {
    expect(() => splitToShares(SECRET, SymmetricKey.generate(), TWO_OF_THREE)).toThrow(
      expect.objectContaining({ code: "wrong-case" }),
    );
  });
});

describe("shares that the reference made", () => {
  const shares = OF_THE_REFERENCE.map((text) => Envelope.fromURString(text));
  const groups = GROUPS_OF_THE_REFERENCE.map((text) => Envelope.fromURString(text));

  test("join", () => {
    expect(joined(shares.slice(1))).toBe(notation(SECRET));
  });

  // Three of the first group, the one of the second, two of the third; two groups are needed.
  test.each([{ given: [0, 2, 3] }, { given: [3, 5] }, { given: [4, 1, 2] }, { given: [5, 4, 0, 1] }])(
    "join by groups: $given",
    ({ given }) => {
      expect(joined(given.map((index) => groups[index]))).toBe(notation(SECRET));
    },
  );

  test.each([{ given: [0, 3] }, { given: [0, 1, 2] }, { given: [4, 5] }])(
    "are too few by groups: $given",
    ({ given }) => {
      expect(() => joined(given.map((index) => groups[index]))).toThrow(
        expect.objectContaining({ code: "invalid-shares" }),
      );
    },
  );
});
