// Limits of the end-to-end bench: what the same sockets cost a program that sleeps in epoll and does nothing else.
//   relay forward PORT  ->  prints the port it listens on; passes on to who connects there what comes from 127.0.0.1:PORT
//   relay client PORT   ->  reads messages of 200 bytes from 127.0.0.1:PORT, each beginning with the double of
//                           CLOCK_MONOTONIC, us, at which it was due; at the end {"p50":us,"p99":us,"p999":us,"max":us,"samples":n}
#include "loopback.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

constexpr size_t MESSAGE = 200;
static char buffer[1 << 16];

static int connectTo(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) std::exit(3);
  noDelay(fd);
  return fd;
}

static int acceptOne() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 1) != 0) std::exit(3);
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int fd = accept(listener, nullptr, nullptr);
  close(listener);
  noDelay(fd);
  return fd;
}

// Calls `take` with each read until the peer ends.
template <class Take> static void follow(int fd, Take take) {
  const int poll = epoll_create1(0);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted);
  for (epoll_event event;;) {
    if (epoll_wait(poll, &event, 1, -1) < 1) continue;
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got <= 0) return;
    take(buffer, size_t(got));
  }
}

static void forward(int port) {
  const int to = acceptOne();
  const int from = connectTo(port);
  follow(from, [&](const char *bytes, size_t length) {
    while (length > 0) {
      const ssize_t sent = write(to, bytes, length);
      if (sent <= 0) std::exit(3);
      bytes += sent;
      length -= size_t(sent);
    }
  });
}

static void client(int port) {
  std::vector<double> times;
  std::vector<char> rest;
  follow(connectTo(port), [&](const char *bytes, size_t length) {
    const double now = nowUs();
    rest.insert(rest.end(), bytes, bytes + length);
    size_t at = 0;
    for (; rest.size() - at >= MESSAGE; at += MESSAGE) {
      double due;
      std::memcpy(&due, rest.data() + at, sizeof due);
      times.push_back(now - due);
    }
    rest.erase(rest.begin(), rest.begin() + long(at));
  });
  std::sort(times.begin(), times.end());
  if (times.empty()) std::exit(4);
  const auto share = [&](double part) { return times[std::min(times.size() - 1, size_t(part * double(times.size())))]; };
  std::printf("{\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"max\":%.2f,\"samples\":%zu}\n", share(0.5), share(0.99), share(0.999), share(1), times.size());
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const int port = std::atoi(argv[2]);
  if (!std::strcmp(argv[1], "forward")) forward(port);
  else if (!std::strcmp(argv[1], "client")) client(port);
  else return 2;
}
