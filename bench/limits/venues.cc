// The sender of the live-load bench: Binance spot and Bybit spot in their own words, one WebSocket each, 55 % touches,
// 25 % trades, 20 % depth deltas of ten levels a side. Open loop: every 200 us it queues what is due, read or not.
//   venues  ->  prints {"binance":port,"bybit":port}; then reads lines "go RATE SECONDS" (RATE: both together) and
//               answers {"sent":{"binance":[touches,trades,depths],"bybit":[...]},"writes":n,"bytes":n,"seconds":s,
//               "behind":bytes not taken at the end,"pongs":n,"p50":us,"p99":us,"p999":us,"max":us}
// Between loads it sends a delta each 20 ms, so that the books live. A ping goes out every 10 ms in the stream of
// frames; its pong tells how long after its due time the other side had read everything before it.
#include "template.h"
#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

static double nowUs(clockid_t clock = CLOCK_MONOTONIC) {
  timespec at;
  clock_gettime(clock, &at);
  return double(at.tv_sec) * 1e6 + double(at.tv_nsec) / 1e3;
}

struct Venue {
  const char *name;
  bool isBinance;
  Template touch, trade, depth;
  int listener = -1, fd = -1, port = 0;
  bool upgraded = false, live = false;
  std::string in, out;
  size_t taken = 0; // of out
  uint64_t id = 0, trades = 0, touches = 0, counts[3] = {};
  uint32_t random = 20260809;

  void open() {
    listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) || listen(listener, 4)) std::exit(3);
    getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
    port = ntohs(address.sin_port);
  }

  void send(std::string_view text) { websocket::append(out, 1, text); }

  // Each kind in the shares of the mix, spread evenly: of 20 messages 11 touches, 5 trades, 4 deltas.
  void put(uint64_t ms) {
    static const char mix[] = "BTBDBTBBDBTBDBTBBTBD";
    const char kind = mix[(counts[0] + counts[1] + counts[2]) % 20];
    if (kind == 'B') touch.write(out, ms, ++touches, random), counts[0]++;
    else if (kind == 'T') trade.write(out, ms, ++trades, random), counts[1]++;
    else delta(ms), counts[2]++;
  }

  void delta(uint64_t ms) { depth.write(out, ms, ++id, random); }

  void subscribed(const std::string &text) {
    const size_t at = text.find(isBinance ? "\"id\":" : "\"req_id\":");
    if (at == std::string::npos) return send("{\"success\":true,\"ret_msg\":\"pong\",\"conn_id\":\"1\",\"op\":\"ping\"}");
    const std::string id = text.substr(text.find(':', at) + 1, text.find_first_of(",}", at) - text.find(':', at) - 1);
    if (isBinance) return live = true, send("{\"result\":null,\"id\":" + id + "}");
    send("{\"success\":true,\"ret_msg\":\"\",\"conn_id\":\"1\",\"req_id\":" + id + ",\"op\":\"subscribe\"}");
    if (text.find("orderbook.50") == std::string::npos || text.find("unsubscribe") != std::string::npos) return;
    Template snapshot("{\"topic\":\"orderbook.50.BTCUSDT\",\"ts\":\1,\"type\":\"snapshot\",\"data\":{\"s\":\"BTCUSDT\",\"b\":[" +
                      levels(false, 50) + "],\"a\":[" + levels(true, 50) + "],\"u\":\2,\"seq\":\2},\"cts\":\1}");
    snapshot.write(out, uint64_t(nowUs(CLOCK_REALTIME) / 1000), ++this->id, random);
    live = true;
  }

  template <class Pong> void receive(Pong pong) {
    char part[65536];
    const ssize_t got = read(fd, part, sizeof part);
    if (got <= 0) {
      close(fd);
      fd = -1, upgraded = live = false;
      in.clear(), out.clear(), taken = 0;
      return;
    }
    in.append(part, size_t(got));
    if (!upgraded) {
      const size_t end = in.find("\r\n\r\n");
      if (end == std::string::npos) return;
      out += websocket::accept(in);
      in.erase(0, end + 4);
      upgraded = true;
    }
    websocket::frames(in, [&](int opcode, const std::string &payload) {
      if (opcode == 1) subscribed(payload);
      else if (opcode == 10) pong(payload);
    });
  }

  // Bytes the socket took.
  size_t flush() {
    size_t sent = 0;
    while (fd >= 0 && taken < out.size()) {
      const ssize_t took = ::send(fd, out.data() + taken, out.size() - taken, MSG_NOSIGNAL);
      if (took <= 0) break;
      taken += size_t(took), sent += size_t(took);
    }
    if (taken == out.size()) out.clear(), taken = 0;
    else if (taken > (1 << 22)) out.erase(0, taken), taken = 0;
    return sent;
  }
};

static const char *TOPIC = "\"ts\":\1,\"type\":\"snapshot\",\"data\":";
static Venue venues[2] = {
    {"binance", true,
     Template("{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":\2,\"s\":\"BTCUSDT\",\"b\":\"60000.00000000\",\"B\":\"1.\3\",\"a\":\"60000.10000000\",\"A\":\"1.\3\"}}"),
     Template("{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":\1,\"s\":\"BTCUSDT\",\"t\":\2,\"p\":\"60000.10000000\",\"q\":\"0.\3\",\"T\":\1,\"m\":false,\"M\":true}}"),
     Template("{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":\1,\"s\":\"BTCUSDT\",\"U\":\2,\"u\":\2,\"b\":[" +
              levels(false, 10) + "],\"a\":[" + levels(true, 10) + "]}}")},
    {"bybit", false,
     Template(std::string("{\"topic\":\"orderbook.1.BTCUSDT\",") + TOPIC + "{\"s\":\"BTCUSDT\",\"b\":[[\"60000.0\",\"1.\3\"]],\"a\":[[\"60000.1\",\"1.\3\"]],\"u\":\2,\"seq\":\2},\"cts\":\1}"),
     Template(std::string("{\"topic\":\"publicTrade.BTCUSDT\",") + TOPIC + "[{\"i\":\"\2\",\"T\":\1,\"p\":\"60000.1\",\"v\":\"0.\3\",\"S\":\"Sell\",\"seq\":\2,\"s\":\"BTCUSDT\",\"BT\":false,\"RPI\":false}]}"),
     Template("{\"topic\":\"orderbook.50.BTCUSDT\",\"ts\":\1,\"type\":\"delta\",\"data\":{\"s\":\"BTCUSDT\",\"b\":[" + levels(false, 10) + "],\"a\":[" +
              levels(true, 10) + "],\"u\":\2,\"seq\":\2},\"cts\":\1}")}};

static std::vector<double> pongs;

static void serve(int waitMs) {
  pollfd polled[5] = {{0, POLLIN, 0}};
  for (int i = 0; i < 2; i++) {
    polled[1 + i] = {venues[i].listener, POLLIN, 0};
    polled[3 + i] = {venues[i].fd, POLLIN, 0};
  }
  if (poll(polled + 1, 4, waitMs) <= 0) return;
  for (int i = 0; i < 2; i++) {
    if (polled[3 + i].revents)
      venues[i].receive([&](const std::string &payload) {
        double due;
        if (payload.size() == sizeof due) std::memcpy(&due, payload.data(), sizeof due), pongs.push_back(nowUs() - due);
      });
    if (!polled[1 + i].revents) continue;
    const int fd = accept(venues[i].listener, nullptr, nullptr);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    venues[i].fd = fd;
  }
}

static uint64_t nowMs() { return uint64_t(nowUs(CLOCK_REALTIME) / 1000); }

static void load(double rate, double seconds) {
  uint64_t writes = 0, bytes = 0, due = 0, pings = 0;
  pongs.clear();
  for (Venue &venue : venues) std::fill(venue.counts, venue.counts + 3, 0);
  const double start = nowUs();
  double nextPing = start, now = start;
  for (; now < start + seconds * 1e6; now = nowUs()) {
    const uint64_t owed = uint64_t((now - start) / 1e6 * rate / 2), ms = nowMs();
    for (Venue &venue : venues)
      for (uint64_t i = due; i < owed; i++) venue.put(ms);
    due = owed;
    if (now >= nextPing) {
      for (Venue &venue : venues) websocket::append(venue.out, 9, {reinterpret_cast<const char *>(&nextPing), sizeof nextPing});
      nextPing += 10000, pings += 2;
    }
    for (Venue &venue : venues) {
      const size_t sent = venue.flush();
      writes += sent > 0, bytes += sent;
    }
    serve(0);
    const double rest = 200 - (nowUs() - now);
    if (rest > 20) usleep(useconds_t(rest));
  }
  const double elapsed = (now - start) / 1e6;
  size_t behind = 0;
  for (Venue &venue : venues) behind += venue.out.size() - venue.taken;
  // What is still under way arrives; the last ping's pong says that all before it was read.
  for (const double until = nowUs() + 2e6; nowUs() < until && pongs.size() < pings;) {
    for (Venue &venue : venues) venue.flush();
    serve(1);
  }
  std::sort(pongs.begin(), pongs.end());
  const auto share = [&](double part) { return pongs.empty() ? 0 : pongs[std::min(pongs.size() - 1, size_t(part * double(pongs.size())))]; };
  std::printf("{\"sent\":{");
  for (Venue &venue : venues)
    std::printf("%s\"%s\":[%llu,%llu,%llu]", &venue == venues ? "" : ",", venue.name, (unsigned long long)venue.counts[0],
                (unsigned long long)venue.counts[1], (unsigned long long)venue.counts[2]);
  std::printf("},\"writes\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"behind\":%zu,\"pongs\":%zu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}\n",
              (unsigned long long)writes, (unsigned long long)bytes, elapsed, behind, pongs.size(), share(0.5), share(0.99), share(0.999), share(1));
  std::fflush(stdout);
}

int main() {
  for (Venue &venue : venues) venue.open();
  std::printf("{\"binance\":%d,\"bybit\":%d}\n", venues[0].port, venues[1].port);
  std::fflush(stdout);
  fcntl(0, F_SETFL, O_NONBLOCK);
  std::string line;
  for (;;) {
    char part[256];
    const ssize_t got = read(0, part, sizeof part);
    if (got == 0) return 0;
    if (got > 0) line.append(part, size_t(got));
    double rate, seconds;
    if (line.find('\n') != std::string::npos) {
      if (std::sscanf(line.c_str(), "go %lf %lf", &rate, &seconds) != 2) return 2;
      line.clear();
      load(rate, seconds);
    }
    for (Venue &venue : venues) {
      if (venue.live && venue.taken == venue.out.size()) venue.delta(nowMs());
      venue.flush();
    }
    serve(20);
  }
}
