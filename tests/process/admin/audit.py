#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""audit.py BIN PEER: who mends a channel leaves a line that says what was done, to which channel, by whom; `dhadmin audit` shows it. And
what is said where nothing can be done: a living producer that stands still, a name that is nearly right. BIN: the folder of dhadmin
and dhbroker."""
import json
import os
import re
import sys
import time

from stage import Stage, alone


def acts(stage, event='mended'):
    """What was done to the stage's channel, oldest first."""
    shown = stage.shell('dhadmin audit --count 1000 --json ' + stage.channel)[1]
    lines = [json.loads(line) for line in shown.splitlines()]
    assert all(line['v'] == 1 and line['channel'] == stage.channel for line in lines)
    return [line for line in lines if line['event'] == event]


def expect(stage, words, text, status=0, event='mended'):
    """dhadmin does it, and the trail has exactly one line more, which says so and who it was."""
    before = len(acts(stage, event))
    stage.admin(words, status)
    lines, give_up = acts(stage, event), time.monotonic() + 20  # the registry's worker is a moment behind
    while len(lines) == before and time.monotonic() < give_up:
        lines = acts(stage, event)
    assert len(lines) == before + 1, (words, lines)
    assert text in lines[-1]['text'], (text, lines[-1])
    assert lines[-1]['uid'] == os.geteuid(), lines[-1]
    assert event != 'mended' or 'by process %d of user %d: ' % (lines[-1]['pid'], os.geteuid()) in lines[-1]['text'], lines[-1]


def a_recovery_is_written_down(stage):
    producer, consumer = stage.produce(), stage.consume()
    producer.send(3)
    consumer.kill()
    assert 'would give back 3 messages' in stage.admin('recover --dry-run ' + stage.channel)
    assert acts(stage) == [], 'who only asks what would be done has done nothing'
    expect(stage, 'recover ' + stage.channel, 'recover: 1 dead removed, 3 messages, 0 locks')
    expect(stage, 'recover ' + stage.channel, 'recover: 0 dead removed')
    for verb in ('recover', 'reset'):
        assert 'nothing to give back' in stage.admin(verb + ' --dry-run ' + stage.channel)


def a_reset_is_written_down_also_where_somebody_is_in_the_way(stage):
    producer, dead, alive = stage.produce(), stage.consume(), stage.consume()
    producer.send(3)
    for consumer in (dead, alive):
        consumer.say('take', 'taken')
    dead.kill()
    expect(stage, 'reset --slot 0 ' + stage.channel, 'reset of slot 0: 1 dead removed, 3 messages', status=1)
    expect(stage, 'reset ' + stage.channel, 'reset: 0 dead removed')


def force_is_written_down(stage):
    producer = stage.produce()
    producer.send(3)
    producer.stop()
    expect(stage, 'reset --force ' + stage.channel, 'reset by force: dhadmin_peer[%d] was killed' % producer.pid)


def force_that_asks_is_written_down(stage):
    producer = stage.produce()
    expect(stage, 'reset --force ' + stage.channel, 'reset by force: dhadmin_peer[%d] was asked, and closed it' % producer.pid)


def a_cleanup_is_written_down(stage):
    producer = stage.produce()
    producer.send(3)
    producer.kill()
    while 'dead' not in stage.admin('list ' + stage.channel):
        pass
    expect(stage, 'cleanup ' + stage.channel, 'is deregistered by process', event='deregistered')


def people_read_the_latest_last(stage):
    stage.produce()
    expect(stage, 'recover ' + stage.channel, 'recover: ')
    shown = stage.admin('audit').splitlines()
    assert shown[0].split() == ['WHEN', 'EVENT', 'WHAT'] and shown[-1].split()[1] == 'mended', shown
    assert len(stage.admin('audit --count 1').splitlines()) == 2
    assert stage.admin('audit no.such.channel', status=66)
    assert 'no registry' in stage.admin('audit --state /nowhere', status=69)


def who_resets_a_stopped_producer_is_told_of_force(stage):
    producer = stage.produce()
    producer.stop()
    said = stage.admin('reset ' + stage.channel, status=1)
    assert 'is stopped' in said and 'kill -CONT %d' % producer.pid in said, said
    command = re.search(r'^  (dhadmin reset .*--force.*)$', said, flags=re.M)
    assert command and stage.json('reset ' + stage.channel, status=1)['help'] == command.group(1), said
    code, out, err = stage.shell(command.group(1))
    assert code == 0 and 'was ended' in out, (code, out, err)


def a_name_that_is_nearly_right_is_told(stage):
    stage.produce()
    for verb in ('info', 'echo --once', 'diagnose', 'recover', 'reset', 'validate', 'cleanup', 'lag', 'list', 'schema'):
        for said in (stage.channel[:-1], stage.channel.replace('.lab', '.lba'), stage.channel[:4]):
            told = stage.admin('%s %s' % (verb, said), status=66)
            assert "did you mean '%s'?" % stage.channel in told, (verb, said, told)
    assert 'did you mean' not in stage.admin('info entirely.else', status=66)


def doctor_tells_the_brokers_room(stage):
    stage.produce()  # its registration was answered, so the registry is open
    said = stage.admin('doctor', status=None)
    found = re.search(r'room +dhbroker\[(\d+)\] has (\d+) of (\d+) descriptors: room for (\d+) channels more', said)
    assert found, said
    pid, used, limit, room = map(int, found.groups())
    with open('/proc/%d/limits' % pid, encoding='utf-8') as limits:
        soft, hard = re.search(r'Max open files +(\d+) +(\d+)', limits.read()).groups()
    assert pid == stage.hub.pid and limit == int(soft) == min(int(hard), 1 << 20), (said, soft, hard)
    assert abs(used - len(os.listdir('/proc/%d/fd' % pid))) <= 2 and room == (limit - used) // 5, said


def main():
    alone()
    checks = [a_recovery_is_written_down, a_reset_is_written_down_also_where_somebody_is_in_the_way, force_is_written_down,
              force_that_asks_is_written_down, a_cleanup_is_written_down, people_read_the_latest_last,
              who_resets_a_stopped_producer_is_told_of_force, a_name_that_is_nearly_right_is_told, doctor_tells_the_brokers_room]
    for check in checks:
        stage = Stage(sys.argv[1], sys.argv[2])
        stage.environment['DH_STATE'] = os.path.join(stage.folder, 'state')
        try:
            stage.start_broker()
            check(stage)
        finally:
            stage.close()
        print(check.__name__)


main()
