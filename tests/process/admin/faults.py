#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""faults.py BIN PEER: twenty faults, seeded. Of each `dhadmin diagnose` names the culprit and the command that helps; that command,
typed as it is printed, helps. Then: what mends refuses to harm the living. BIN: the folder of dhadmin and dhbroker."""
import re
import subprocess
import sys
import time

from stage import Stage, alone


def commands(said):
    """What is printed to be typed."""
    return re.findall(r'^\s+\$ (.*)$', said, flags=re.M)


def full_ring(stage, victims=1, **policy):
    """A lossless ring that is full because of consumers that hold the first message."""
    producer = stage.produce(**policy)
    consumers = [stage.consume() for _ in range(victims)]
    producer.send(8)
    for consumer in consumers:
        consumer.say('take', 'taken')
    return producer, consumers


# Each fault: plants itself, and answers (who is to be named, what is to be said, the command that is to be printed, the verdict behind
# it: None if only a person can help).

def dead_consumer_fills_the_ring(stage):
    _, consumers = full_ring(stage)
    consumers[0].kill()
    return consumers[0].pid, 'died holding all 8 slots', 'dhadmin recover %s' % stage.channel, 'fine'


def dead_consumer_holds_a_part(stage):
    producer, consumer = stage.produce(), stage.consume()
    producer.send(3)
    consumer.kill()
    return consumer.pid, 'died 3 messages behind', 'dhadmin recover %s' % stage.channel, 'fine'


def two_dead_consumers(stage):
    _, consumers = full_ring(stage, 2)
    for consumer in consumers:
        consumer.kill()
    return consumers[1].pid, 'died holding all', 'dhadmin recover %s' % stage.channel, 'fine'


def stopped_consumer_fills_the_ring(stage):
    _, consumers = full_ring(stage)
    consumers[0].stop()
    return consumers[0].pid, 'is stopped (SIGSTOP) and is behind by the whole ring, 8 messages', 'kill -CONT %d' % consumers[0].pid, None


def hung_consumer_fills_the_ring(stage):
    producer, consumers = full_ring(stage)
    producer.say('block', 'blocking')
    await_diagnosis(stage, 'It last looked')
    return consumers[0].pid, 'the producer waits for it', 'kill %d' % consumers[0].pid, 'fine'


def dead_producer(stage):
    stage.start_broker()
    producer = stage.produce()
    producer.send(3)
    producer.kill()
    await_death(stage)
    return producer.pid, 'died: its lease is free', 'dhadmin cleanup %s' % stage.channel, 'gone'


def producer_dead_in_a_loan(stage):
    stage.start_broker()
    producer = stage.produce()
    producer.send(3)
    producer.say('loan', 'loaned')
    producer.kill()
    await_death(stage)
    return producer.pid, 'It was writing slot 3 when it died', 'dhadmin cleanup %s' % stage.channel, 'gone'


def producer_dead_in_a_zone(stage):
    stage.start_broker()
    producer = stage.produce('zones')
    producer.say('tear', 'spoilt')
    producer.kill()
    await_death(stage)
    return producer.pid, 'Zone cal is in the middle of an update that nobody will end', 'dhadmin cleanup', 'gone'


def producer_dead_with_a_lock(stage):
    stage.start_broker()
    producer = stage.produce('zones')
    producer.say('lock', 'locked')
    producer.kill()
    await_death(stage)
    return producer.pid, 'Lock 0 of zone stat was held by the producer', 'dhadmin cleanup', 'gone'


def stopped_producer(stage):
    stage.start_broker()
    producer = stage.produce()
    producer.send(3)
    producer.stop()
    return producer.pid, 'is alive and stopped (SIGSTOP)', 'kill -CONT %d' % producer.pid, 'fine'


def stopped_producer_without_broker(stage):
    producer = stage.produce()
    producer.stop()
    return producer.pid, 'is stopped', 'kill -CONT %d' % producer.pid, 'fine'


def consumer_dead_with_a_lock(stage):
    stage.produce('zones')
    consumer = stage.consume('zones')
    consumer.say('lock', 'locked')
    consumer.kill()
    return consumer.pid, 'Lock 0 of zone stat was held by consumer 0', 'dhadmin recover %s' % stage.channel, 'fine'


def consumer_stopped_with_a_lock(stage):
    stage.produce('zones')
    consumer = stage.consume('zones')
    consumer.say('lock', 'locked')
    consumer.stop()
    return consumer.pid, 'is stopped (SIGSTOP): who wants the lock waits', 'kill -CONT %d' % consumer.pid, 'fine'


def consumer_dead_with_a_buffer(stage):
    producer, consumer = stage.produce(full='overwrite', slots=2), stage.consume()
    producer.send(2)
    consumer.say('take', 'taken')
    consumer.kill()
    return consumer.pid, 'died with a buffer in its hands', 'dhadmin recover %s' % stage.channel, 'fine'


def full_table(stage):
    stage.produce(consumers=2)
    consumers = [stage.consume(), stage.consume()]
    return consumers[0].pid, 'All 2 places for consumers are taken', 'dhadmin info %s' % stage.channel, None


def payload_changed_behind_its_checksum(stage):
    producer, consumer = stage.produce(full='checked'), stage.consume()
    producer.send(1)
    producer.say('scribble', 'spoilt')
    consumer.say('take', 'DH_ECHECKSUM')
    return consumer.pid, 'whose checksum was wrong', 'dhadmin validate %s' % stage.channel, None


def claim_above_the_head(stage):
    producer, consumer = stage.produce(), stage.consume()
    consumer.say('claim', 'claimed')
    producer.send(9)
    assert 'claims a message above the head' in stage.admin('validate %s' % stage.channel, 1)
    return consumer.pid, 'claims lay above the head', 'dhadmin validate %s' % stage.channel, None


def claim_above_the_head_of_a_dead_consumer(stage):
    producer, consumer = stage.produce(), stage.consume()
    producer.send(1)
    consumer.say('claim', 'claimed')
    consumer.kill()
    return consumer.pid, 'its claim still stands', 'dhadmin recover %s' % stage.channel, 'fine'


def consumer_dead_behind_a_dead_producer(stage):
    stage.start_broker()
    producer, consumers = full_ring(stage)
    producer.kill()
    await_death(stage)
    consumers[0].kill()
    return consumers[0].pid, 'died holding all 8 slots', 'dhadmin recover %s' % stage.channel, None


def broker_dead(stage):
    stage.start_broker()
    producer = stage.produce()
    stage.kill_broker()
    producer.stop()
    return producer.pid, 'is stopped', 'kill -CONT %d' % producer.pid, 'fine'


FAULTS = [fault for name, fault in list(globals().items()) if callable(fault) and getattr(fault, '__module__', '') == '__main__'
          and name not in ('commands', 'full_ring', 'Stage')]


def await_diagnosis(stage, words):
    """Until diagnose makes a problem of it: who stands still is given a second."""
    for _ in range(600):
        said = stage.admin('diagnose %s' % stage.channel, None)
        if words in said and 'verdict   1 problem' in said:
            return
        time.sleep(0.05)
    raise AssertionError(said)


def await_death(stage):
    """Until the broker has looked after it; what it says."""
    said = ''
    while 'lost its producer' not in said:
        assert stage.hub.poll() is None, 'the broker notices a death'
        said = stage.hub.stdout.readline()
    stage.admin('list')     # answered when it has done all that it does then
    return said


def name(fault):
    return fault.__name__.replace('_', ' ')


def meet(binaries, peer, fault):
    stage = Stage(binaries, peer)
    try:
        culprit, words, command, verdict = fault(stage)
        said = stage.admin('diagnose %s' % stage.channel, None)
        flat = ' '.join(said.split())
        who = stage.admin('info %s' % stage.channel, None) if 'info' in command else ''
        assert '[%d]' % culprit in said + who or 'process %d' % culprit in said, 'the culprit %d is not named:\n%s' % (culprit, said)
        assert words in flat, "'%s' is not said:\n%s" % (words, said)
        typed = [line for line in commands(said) if line.startswith(command)]
        assert typed, "'%s' is not printed:\n%s" % (command, said)
        code, out, err = stage.shell(typed[0])
        assert code in (0, 1), '%s ends with %d:\n%s%s' % (typed[0], code, out, err)
        if verdict == 'fine':
            await_fine(stage)
        elif verdict == 'gone':
            assert 'nobody offers' in stage.admin('info %s' % stage.channel, 66)
    finally:
        stage.close()


def await_fine(stage):
    for _ in range(200):
        said = stage.admin('diagnose %s' % stage.channel, None)
        if 'verdict   fine' in said:
            return
        time.sleep(0.05)
    raise AssertionError('not mended:\n' + said)


# ---- what mends refuses to harm the living

def living_are_left_alone(stage):
    producer, consumers = full_ring(stage, 2)
    consumers[1].kill()
    assert 'would give back' in stage.admin('recover %s --dry-run' % stage.channel)
    assert '[%d]' % consumers[1].pid in stage.admin('diagnose %s' % stage.channel, 1)
    said = stage.admin('reset %s --slot 0' % stage.channel, 1)
    assert 'consumer 1' in said and 'gave back 8 messages' in said, said
    assert 'consumer 0' in said and '[%d], is alive' % consumers[0].pid in said, said
    said = stage.admin('reset %s --force --dry-run' % stage.channel)
    assert '[%d]' % producer.pid in said and 'answers: it would be asked to close' in said, said
    assert '0 dead consumers removed' in stage.admin('recover %s' % stage.channel)
    stage.admin('cleanup %s' % stage.channel)
    consumers[0].say('release', 'released')     # still what it held
    producer.send(1)
    stage.admin('diagnose %s' % stage.channel)
    stage.admin('validate %s' % stage.channel)
    assert 'slots 0 to 7' in stage.admin('reset %s --slot 8' % stage.channel, 64)


# ---- who stands still is made to give way, and only by force

def by_force(stage, broker):
    if broker:
        stage.start_broker()
    producer, consumer = stage.produce(), stage.consume()
    producer.send(3)
    producer.stop()
    said = stage.admin('diagnose %s' % stage.channel, 1)
    assert 'kill -CONT %d' % producer.pid in said, said
    would = stage.json('reset %s --force --dry-run' % stage.channel)
    assert would['pid'] == producer.pid and would['motion'] == 'is stopped', would
    assert would['way'] == 'killed' and would['done'] is False, would
    assert producer.process.poll() is None
    said = stage.admin('reset %s --force' % stage.channel)
    assert 'does not answer: its process is ended (SIGKILL)' in said, said
    assert "its producer's process was ended after 3 messages" in said, said
    assert producer.process.wait() == -9
    for _ in range(3):
        consumer.say('take', 'taken')
        consumer.say('release', 'released')


def a_stopped_producer_is_ended(stage):
    by_force(stage, False)
    assert 'nobody offers' in stage.admin('info %s' % stage.channel, 66)


def a_stopped_producer_is_ended_and_kept(stage):
    by_force(stage, True)
    assert 'ended by force by process' in await_death(stage)
    said = stage.admin('diagnose %s' % stage.channel, 1)
    assert 'was ended by force, by process' in ' '.join(said.split()), said
    assert 'has ended already' in stage.admin('reset %s --force' % stage.channel)


def who_answers_is_asked(stage):
    """Its process lives on and can do no harm: the next producer has the channel."""
    stage.start_broker()
    producer = stage.produce()
    producer.send(1)
    said = stage.admin('reset %s --force' % stage.channel)
    assert 'answers: it is asked to close' in said, said
    assert 'closed by its producer, which lives on and is told so, after 1 message' in said, said
    assert producer.process.poll() is None
    assert 'has ended already' in stage.admin('reset %s --force' % stage.channel)
    stage.produce().send(1)
    stage.admin('diagnose %s' % stage.channel)


def slots_are_told(stage):
    producer, consumers = full_ring(stage)
    slot = stage.json('diagnose %s --slot 0' % stage.channel)
    assert slot['state'] == 'COMMITTED' and slot['sequence'] == 0 and not slot['stuck'], slot
    assert [h['pid'] for h in slot['holders']] == [consumers[0].pid], slot
    assert slot['holders'][0]['known_by'] == 'the kernel holds its lease', slot
    assert slot['holders'][0]['since_ns'] >= slot['since_ns'] > 0, slot
    consumers[0].kill()
    slot = stage.json('diagnose %s --slot 7' % stage.channel, 1)
    assert slot['stuck'] and slot['holders'][0]['state'] == 'dead', slot
    typed = commands(stage.admin('diagnose %s --slot 7' % stage.channel, 1))
    assert stage.shell(typed[0])[0] == 0, typed
    assert stage.json('diagnose %s --slot 7' % stage.channel)['holders'] == []
    producer.say('loan', 'loaned')
    slot = stage.json('diagnose %s --slot 0' % stage.channel)
    assert slot['state'] == 'WRITING' and slot['holders'][0]['record'] == -1, slot
    assert '[%d], is alive' % producer.pid in stage.admin('reset %s --slot 0' % stage.channel, 1)


def flaws_are_found(stage):
    producer = stage.produce('zones', 'checked')
    producer.send(3)
    stage.admin('validate %s' % stage.channel)
    for spoil, words in (('state', 'has a state that no producer stores'), ('length', 'is longer than its struct'),
                         ('owner', 'held by a participant that there cannot be')):
        producer.say(spoil, 'spoilt')
        said = stage.admin('validate %s' % stage.channel, 1)
        assert words in said, said
    assert stage.json('validate %s' % stage.channel, 1)['valid'] is False
    assert stage.json('validate %s' % stage.channel, 1)['checked']['locks'] == 2


def the_broker_s_leavings_go(stage):
    stage.start_broker()
    assert stage.admin('cleanup') == ''         # it lives
    stage.kill_broker()
    assert 'would go' in stage.admin('cleanup --dry-run')
    assert 'removed' in stage.admin('cleanup')
    assert stage.admin('cleanup') == ''


def old_names_work(stage):
    _, consumers = full_ring(stage, 2)
    consumers[0].kill()
    assert 'died holding all' in ' '.join(stage.admin('diagnose --shm-name %s' % stage.channel, 1).split())
    assert 'would give back' in stage.admin('auto-recover --shm-name %s --dry-run' % stage.channel)
    stage.admin('force-reset --shm-name=%s --slot-index 0' % stage.channel, 1)
    stage.admin('diagnose --shm-name %s' % stage.channel)
    consumers[1].kill()
    assert 'gave back' in stage.admin('cleanup-heartbeats --shm-name %s --timeout 5s' % stage.channel)


def a_stranger_gets_out(stage):
    """Knows nothing but `dhadmin --help`, and types what is printed: a dead and a stopped consumer fill a ring, and a producer is dead."""
    stage.start_broker()
    other = stage.start('produce', stage.channel + '.other', 'kinds', 'wait', '8')
    other.send(2)
    other.kill()
    await_death(stage)
    producer, consumers = full_ring(stage, 2)
    consumers[0].kill()
    consumers[1].stop()
    producer.say('block', 'blocking')
    first = re.search(r'begin with: (dhadmin \w+)', ' '.join(stage.admin('--help').split()))
    assert first, 'help says where to begin'
    for _ in range(10):
        code, out, err = stage.shell(first[1])
        typed = commands(out + err)
        if code == 0:
            break
        assert code == 1 and typed, (code, out, err)
        for command in typed:
            assert stage.shell(command)[0] in (0, 1), command
        if 'CONT' in ' '.join(typed):       # it goes on now: a consumer at work gives back what it has read
            consumers[1].say('release', 'released')
    assert code == 0, out
    producer.hear('loaned')                 # what it waited for is there
    assert stage.channel + '.other' not in stage.admin('list')


PLAYS = [a_stranger_gets_out, living_are_left_alone, a_stopped_producer_is_ended, a_stopped_producer_is_ended_and_kept, who_answers_is_asked, slots_are_told, flaws_are_found, the_broker_s_leavings_go, old_names_work]


def main():
    alone()
    binaries, peer = sys.argv[1:3]
    faults = [f for f in FAULTS if f.__name__ not in ('await_diagnosis', 'await_death', 'name', 'meet', 'await_fine', 'main')]
    failed = 0
    assert len(faults) == 20, [f.__name__ for f in faults]
    for number, fault in enumerate(faults, 1):
        try:
            meet(binaries, peer, fault)
            print('ok %d %s' % (number, name(fault)))
        except (AssertionError, subprocess.TimeoutExpired) as wrong:
            failed += 1
            print('FAILED %d %s: %s' % (number, name(fault), wrong))
    for play in PLAYS:
        stage = Stage(binaries, peer)
        try:
            play(stage)
            print('ok %s' % name(play))
        except (AssertionError, subprocess.TimeoutExpired) as wrong:
            failed += 1
            print('FAILED %s: %s' % (name(play), wrong))
        finally:
            stage.close()
    print('%d faults, %d failed' % (len(faults), failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
