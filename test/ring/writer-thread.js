// The writing thread of the ring tests: messages of random length, some of them forgotten, published in random batches.

import { parentPort, workerData } from "node:worker_threads";
import { viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingWriter } from "crosstick/internal/ring/writer";
import { generator, payloadOf } from "./numbers.js";

const { memory, ring, seed, messages, longest } = workerData;
const views = viewsOf(memory);
const writer = new RingWriter(views, ring, 0);
const random = generator(seed);
let number = 0;
let dropped = 0;

function write(offset, n, isLast) {
  const at = writer.at(offset);
  views.u8[at + L.RECORD_KIND] = L.KIND_TRADE;
  views.u8[at + L.RECORD_FLAGS] = isLast ? L.FLAG_LAST : 0;
  views.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = n;
  views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3] = n;
  views.u64[(at + L.RECORD_SEQUENCE) >> 3] = BigInt(n);
  for (let i = 0; i < 4; i++) views.f64[((at + L.RECORD_PAYLOAD) >> 3) + i] = payloadOf(n, i);
}

for (let m = 0; m < messages; m++) {
  const length = 1 + Math.floor(random() * longest);
  while (writer.free(length) < length) {
    writer.publish();
    writer.waitForRoom(1);
  }
  if (random() < 0.1) {
    // Written, then forgotten: nobody may ever see it.
    for (let i = 0; i < length; i++) write(i, -1, i === length - 1);
    dropped++;
    continue;
  }
  for (let i = 0; i < length; i++) write(i, number + i, i === length - 1);
  number += length;
  writer.commit(length);
  if (random() < 0.3) writer.publish();
}
writer.close();
parentPort.postMessage({ records: number, dropped });
