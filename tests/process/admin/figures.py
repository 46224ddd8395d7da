#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""figures.py BIN PEER: what hz, bw, stat, lag, metrics, errors, gaps and top show is what was so. Rates are compared with the producer's
own list of commit times, to the message: no clock of ours decides. Sixteen onlookers take not one claim.

    figures.py BIN PEER --cost [FILE]     what sixteen onlookers cost the producer: rounds of runs, by hand; figures as JSON to FILE
"""
import array
import fcntl
import json
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time

from stage import Stage, alone

DEADLINE_S = 60


class Terminal:
    """dhadmin on a terminal of its own."""

    def __init__(self, stage, words, columns, rows):
        self.said = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe('dhadmin', ['dhadmin', *words.split()], {**stage.environment, 'TERM': 'xterm-256color'})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def until(self, words):
        end = time.monotonic() + DEADLINE_S
        while words.encode() not in self.said:
            assert time.monotonic() < end, "'%s' does not come:\n%r" % (words, self.said[-3000:])
            if select.select([self.fd], [], [], 0.1)[0]:
                self.said += os.read(self.fd, 65536)

    def end(self, key=b'q'):
        os.write(self.fd, key)
        while True:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def paced(stage, n_bytes, hz, count, slots, words):
    """Messages at a pace, dhadmin looking on. Returns its rows and all commit times."""
    path = os.path.join(stage.folder, 'stamps')
    peer = stage.start('pace', stage.channel, str(n_bytes), str(hz), str(count), str(slots), path)
    meter = stage.live('%s %s --json %s' % (words.split()[0], stage.channel, ' '.join(words.split()[1:])))
    peer.say('go', 'paced')
    peer.process.stdin.write('end\n')
    peer.process.stdin.flush()
    out = meter.communicate(timeout=DEADLINE_S)[0]
    stamps = array.array('Q')
    with open(path, 'rb') as file:
        stamps.frombytes(file.read())
    return [json.loads(line) for line in out.splitlines() if line.startswith('{')], stamps


def exact(rows, stamps, n_bytes):
    """Each row against the list."""
    full = [row for row in rows if row['messages'] > 0 and row['from'] > 0]
    assert len(full) >= 2, rows
    for row in full:
        first, last = stamps[row['from'] - 1], stamps[row['to'] - 1]
        assert (row['from_ns'], row['to_ns']) == (first, last), (row, first, last)
        assert row['messages'] == row['to'] - row['from'], row
        assert row['bytes'] == row['messages'] * n_bytes, row
        hz = row['messages'] * 1e9 / (last - first)
        assert abs(row['hz'] - hz) <= 1e-6 * hz, (row, hz)
        assert abs(row['bytes_per_s'] - hz * n_bytes) <= 1e-6 * hz * n_bytes, (row, hz)
    for before, now in zip(rows, rows[1:]):
        assert before['to'] == now['from'], (before, now)


def ten_a_second_of_ten_megabytes(stage):
    rows, stamps = paced(stage, 10000000, 10, 12, 2, 'hz --interval 0.3')
    exact(rows, stamps, 10000000)
    stage.started[-1].close()


def a_million_a_second_of_64_bytes(stage):
    rows, stamps = paced(stage, 64, 1000000, 1500000, 256, 'bw --interval 0.2')
    exact(rows, stamps, 64)


def sixteen_onlookers_claim_nothing(stage):
    producer = stage.produce(consumers=1)
    consumer = stage.consume()                      # the only place is taken: one claim more would be refused
    producer.send(3)
    before = stage.json('info %s' % stage.channel)
    lookers = []
    for _ in range(4):
        lookers.append(stage.live('hz %s --interval 0.05' % stage.channel))
        lookers.append(stage.live('bw %s --interval 0.05' % stage.channel))
        lookers.append(stage.live('echo %s --field mid' % stage.channel))
        terminal = Terminal(stage, 'top --interval 0.1', 80, 24)
        terminal.until(stage.channel)
        lookers.append(terminal)
    for looker in lookers:
        if not isinstance(looker, Terminal):
            assert looker.stdout.readline(), 'it shows something'
    for _ in range(50):
        producer.send(1)
        if _ % 5 == 4:
            for _ in range(5):
                consumer.say('take', 'taken')
                consumer.say('release', 'released')
    now = stage.json('info %s' % stage.channel)
    assert [(c['index'], c['process']['pid']) for c in now['consumers']] == [(0, consumer.pid)], now['consumers']
    assert now['consumers'][0]['incarnation'] == before['consumers'][0]['incarnation'], now
    assert now['producer']['metrics']['full_waits'] == 0, now['producer']
    for looker in lookers:
        if isinstance(looker, Terminal):
            assert looker.end() == 0
        else:
            looker.send_signal(signal.SIGINT)
            looker.communicate()
            assert looker.returncode == 0, looker.args


def top_is_for_any_terminal(stage):
    stage.start_broker()
    producer, consumer = stage.produce(), stage.consume()
    producer.send(3)
    consumer.kill()
    for columns, rows in ((80, 24), (200, 60), (40, 8)):
        terminal = Terminal(stage, 'top --interval 0.2', columns, rows)
        terminal.until(stage.channel)
        if columns >= 80:
            terminal.until('1 channel')
            terminal.until('1 problem')
            terminal.until('dhadmin diagnose %s' % stage.channel)
            terminal.until('dhadmin_peer[%d]' % consumer.pid)
        if columns >= 200:
            terminal.until('HISTORY')
            terminal.until('PRODUCER')
        os.write(terminal.fd, b'p')
        terminal.until('go on' if columns >= 80 else 'paus')
        os.write(terminal.fd, b's')
        if columns >= 80:
            terminal.until('hz')
        assert terminal.end() == 0
    assert 'wants a terminal' in stage.admin('top', 64)
    assert json.loads(stage.admin('top --json --once'))['channel'] == stage.channel


def what_is_told_beside_rates(stage):
    producer, consumer = stage.produce(), stage.consume()
    producer.send(8)
    lag = stage.json('lag %s' % stage.channel)
    assert [(c['pid'], c['lag']) for c in lag['consumers']] == [(consumer.pid, 8)] and lag['consumers'][0]['behind_ns'] > 0, lag
    assert '100 %' in stage.admin('lag %s' % stage.channel)
    producer.say('send', 'DH_EFULL')
    rows = stage.json('errors %s' % stage.channel)['errors']
    assert [(r['error'], r['count']) for r in rows] == [('EFULL', 1)], rows
    assert 'the ring stayed full' in stage.admin('errors')
    first = stage.json('metrics %s' % stage.channel)
    assert 'since_reset' not in first and first['producer']['metrics']['committed'] == 8, first
    stage.admin('metrics %s --reset' % stage.channel)
    consumer.say('take', 'taken')
    consumer.say('release', 'released')
    producer.send(1)
    now = stage.json('metrics %s' % stage.channel)
    assert now['since_reset']['committed'] == 1 and now['producer']['metrics']['committed'] == 9, now
    assert 'SINCE RESET' in stage.admin('metrics %s' % stage.channel)
    row = json.loads(stage.admin('stat %s --once --json --interval 0.05' % stage.channel))
    assert row['committed'] == 9 and row['lag'] == 8 and row['messages'] == 0, row
    said = stage.admin('stat %s --count 2 --interval 0.05' % stage.channel)
    assert said.count(stage.channel) == 2 and said.count('BYTES/S') == 1, said
    assert stage.admin('list --names') == stage.channel + '\n'


def prometheus_is_told(stage):
    producer, consumer = stage.produce(), stage.consume()
    producer.send(3)
    lines = stage.admin('metrics --prometheus').splitlines()
    values = dict(line.rsplit(' ', 1) for line in lines if not line.startswith('#'))
    for name, label, value in (('dh_messages_total', 'role="producer"', '3'), ('dh_consumer_lag_messages', 'role="consumer"', '3'),
                               ('dh_consumers', 'state="alive"', '1')):
        assert values.get('%s{channel="%s",%s}' % (name, stage.channel, label)) == value, (name, lines)
    told = None         # each value stands behind help and type of its family
    for line in lines:
        told = line.split()[2] if line.startswith('# TYPE ') else told
        assert line.startswith('#') or line.startswith(told + '{'), line
    consumer.kill()
    named = stage.admin('metrics %s --prometheus' % stage.channel)
    assert 'dh_consumers{channel="%s",state="dead"} 1' % stage.channel in named, named


def gaps_are_found(stage):
    producer = stage.produce(full='overwrite', slots=16)
    producer.send(8)
    time.sleep(0.3)         # the gap itself: 300 ms after intervals that are much shorter
    producer.send(6)
    rows = [json.loads(line) for line in stage.admin('gaps %s --once --json' % stage.channel, 1).splitlines()]
    assert [r['sequence'] for r in rows if r['gap_ns'] >= 300000000] == [8], rows
    assert 'came' in stage.admin('gaps %s --once' % stage.channel, 1)


def watching_goes_on(stage):
    producer = stage.produce()
    watch = stage.live('info %s --json --watch --interval 0.05' % stage.channel)
    assert json.loads(watch.stdout.readline())['head'] == 0
    producer.send(2)
    while json.loads(watch.stdout.readline())['head'] != 2:
        pass
    watch.send_signal(signal.SIGTERM)
    watch.communicate()
    assert watch.returncode == 0, watch.returncode


PLAYS = [ten_a_second_of_ten_megabytes, a_million_a_second_of_64_bytes, sixteen_onlookers_claim_nothing, top_is_for_any_terminal,
         what_is_told_beside_rates, prometheus_is_told, gaps_are_found, watching_goes_on]


def paced_run(stage, onlookers):
    """Two million messages of 64 bytes, as fast as they go: seconds from the first commit to the last, and seconds of a processor."""
    path = os.path.join(stage.folder, 'stamps')
    peer = stage.start('pace', stage.channel, '64', '1e12', '2000000', '256', path)
    lookers = []
    for _ in range(onlookers // 4):
        lookers += [stage.live(w + ' ' + stage.channel) for w in ('hz', 'bw', 'echo')]
        lookers.append(stage.live('top --json ' + stage.channel))
    time.sleep(0.5)  # all of them are open; and a run without them begins as rested
    before = ran(peer.pid)
    peer.say('go', 'paced')
    processor = ran(peer.pid) - before
    with open(path, 'rb') as file:
        stamps = array.array('Q', file.read())
    claims = [c for c in stage.json('info %s' % stage.channel)['consumers'] if c['life'] != 'none']
    for looker in lookers:
        looker.kill()
        looker.communicate()
    peer.close()
    return (stamps[-1] - stamps[0]) / 1e9, processor, len(claims)


def ran(pid):
    """Seconds that a process has run, by the scheduler's own account, all its threads."""
    total = 0
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/schedstat' % (pid, task), encoding='ascii') as file:
            total += int(file.read().split()[0])
    return total / 1e9


def quartiles(ratios):
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {'median': round(middle, 4), 'quartiles': [round(low, 4), round(high, 4)]}


def cost(stage):
    """In each round alone, with sixteen onlookers, and alone again; the two that are alone tell the noise. By wall time, in which onlookers
    and producer share two cores, and by the producer's own processor time."""
    rounds, claims = int(os.environ.get('ROUNDS', '15')), 0
    ratios = {'noise': [], 'noise_cpu': [], 'watched': [], 'watched_cpu': []}
    for _ in range(rounds):
        (alone_s, alone_cpu, _), (watched_s, watched_cpu, n), (again_s, again_cpu, _) = (paced_run(stage, k) for k in (0, 16, 0))
        claims += n
        ratios['noise'].append(again_s / alone_s)
        ratios['noise_cpu'].append(again_cpu / alone_cpu)
        ratios['watched'].append(watched_s / ((alone_s + again_s) / 2))
        ratios['watched_cpu'].append(watched_cpu / ((alone_cpu + again_cpu) / 2))
    told = {'v': 1, 'rounds': rounds, 'messages': 2000000, 'onlookers': 16, 'claims': claims, 'load': os.getloadavg()[0],
            **{name: quartiles(all_of) for name, all_of in ratios.items()}}
    for name, row in told.items():
        print('%-12s %s' % (name, row))
    if len(sys.argv) > 4:
        with open(sys.argv[4], 'w', encoding='ascii') as file:
            json.dump(told, file, indent=2)
            file.write('\n')
    assert claims == 0, 'an onlooker took a claim'


def main():
    alone()
    binaries, peer = sys.argv[1:3]
    failed = 0
    for play in [cost] if sys.argv[3:4] == ['--cost'] else PLAYS:
        stage = Stage(binaries, peer)
        try:
            play(stage)
            print('ok %s' % re.sub('_', ' ', play.__name__))
        except AssertionError as wrong:
            failed += 1
            print('FAILED %s: %s' % (play.__name__, wrong))
        finally:
            stage.close()
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
