// Friendly names for new rooms: easy to read out over the phone, hard to guess.
// Three words of 64 and a number make some 2^28 names; nobody else can list them.

const HOW = `amber autumn bright brisk calm cheerful clear cosy crisp curious dapper
  eager early fair fleet fresh friendly gentle glad golden happy hearty honest humble
  jolly keen kind lively lucky mellow merry mild misty modest neat nimble noble patient
  placid plucky polite proud quick quiet rosy serene silent silver simple snowy soft
  spry steady still summer sunny swift tender tidy warm wild winter wise young`.split(/\s+/);

const WHERE = `acorn apple arbor bay beach birch bridge brook canyon cedar cherry cliff
  clover coast coral cove creek delta dune elm fern field fjord forest garden glade
  grove harbor hazel heath hill island ivy juniper lagoon lake laurel lily lotus maple
  marsh meadow moor moss oasis olive orchard palm pebble pine pond poplar prairie reef
  ridge river shore spring summit thicket tulip valley willow wood`.split(/\s+/);

const WHO = `badger beaver bison bunny camel crane cricket deer dolphin dove duck eagle
  falcon ferret finch fox gecko gibbon goose hare hawk hedgehog heron hippo ibis jackal
  jay kitten koala lark lemur llama lynx magpie marmot mole moose newt ocelot orca otter
  owl panda parrot pelican penguin pony puffin quail rabbit raven robin salmon seal
  shrew sparrow squirrel swan tapir tiger toucan turtle whale wren`.split(/\s+/);

/**
 * A name such as "calm-maple-otter-482".
 * @param {Uint32Array} [random] four numbers
 */
export function friendlyName(random = crypto.getRandomValues(new Uint32Array(4))) {
  const [how, where, who, number] = random;
  return [pick(HOW, how), pick(WHERE, where), pick(WHO, who), 100 + number % 900].join('-');
}

/**
 * @param {string[]} words
 * @param {number} number
 */
const pick = (words, number) => words[number % words.length];
