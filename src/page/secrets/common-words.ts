/** Words that make up half of what is said in English. Many of them are in the English lists, but few in any phrase. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  (
    "able about above across act add after again against ago all almost alone already also always any apart area around " +
    "ask away back bad base be because become been before begin being below best better between big body book both bring " +
    "busy but buy call can car carry case cause change check city clear close code come control copy cost could course " +
    "data day days decide different do does done door down draw drive drop during each early easy eat edge else end " +
    "enough even ever every exact example eye face fact family far fast father few file find fine first five follow food " +
    "for forget found four free friend from full game general get girl give glad go good great group grow half hand happy " +
    "hard have head hear help here high hold home hope hour house how idea if important in include into issue it item job " +
    "join just keep key kind know large last late later learn leave left letter level life light like list little live " +
    "long look lose lot love low main make man many mark match matter may maybe mean meet mention message might mind more " +
    "morning most mother move much must name near need never new next nice night no normal note nothing now number of off " +
    "offer often okay old on once one only open option or order other our out over own page paper parent part pay people " +
    "perhaps permit person phone place plan play please point possible present problem process prove public put question " +
    "quick quit read ready real reason record remain remember remove rest result return right room run safe same say " +
    "school season second see seem send sentence separate set seven share she short should show side sign similar simple " +
    "since six small so soft some soon sorry sort sound speak spell stand start state stay step still stop story study " +
    "such suggest sure table take talk task team tell ten test than thank that the them then there they thing think this " +
    "those though thought three through time to today together tomorrow tonight too top total toward town trust try turn " +
    "two type uncle under until up upon update us use usual various very view visit wait walk wall want warm way we week " +
    "well were what when where which while who whole why will window wish with woman word work world would write wrong " +
    "year you young your"
  ).split(" "),
);
