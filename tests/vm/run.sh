#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh COMMAND: a shell's command, in a virtual machine that runs Debian's own kernel on the files of this
# one, with the limits that Debian gives to a service. By hand, as root:
#
#     apt-get install qemu-system-x86 linux-image-cloud-amd64
#     tests/vm/run.sh "ctest --test-dir build/dev --output-on-failure -R '^(unit/(os|block)|process|hostile)'"
#     tests/vm/run.sh 'build/bench/bin/dh-broker-bench build/bench/bin/dhbroker --json /out/broker.json --seconds 0'
#
# What the command prints comes out here, what it leaves in /out goes to build/reports/vm, its status is this
# script's, and nothing else stays. Its disk is a copy of /usr, /etc and this tree, an ext4 file system, so
# that each fsync goes through both kernels. Where the processor cannot run a machine it is emulated, some
# twenty times slower: each test then has ten times its time, and only counts and ratios mean something.
#
#     KERNEL=/boot/vmlinuz-…   another kernel that has nvme and ext4 built in, as the cloud one has
#     ACCEL=kvm | tcg          on the processor, or emulated
#     COUNTED=1                emulated, one processor, and its time is its instructions, one a nanosecond: it sees
#                              nothing of a busy host (build/dev/bin/dh-dying)
#     WITHOUT='/usr/… …'       large folders that the command does not need, beside those below
#     SECONDS_MOST=7200        then it is stopped
set -eu
tree=$(realpath "$(dirname "$0")/../..")
kernel=${KERNEL:-$(find /boot -name 'vmlinuz-*-cloud-*' | sort -V | tail -n 1)}
without="/usr/local /usr/src /usr/share/doc /usr/lib/modules /usr/lib/jvm ${WITHOUT:-}"
out=$tree/build/reports/vm
if [ $# -eq 0 ] || [ -z "$kernel" ]; then
    sed -n '3,21s/^# \{0,1\}//p' "$0" >&2
    exit 64
fi

# Without these /dev/kvm may still be there, for kernels of the host's own making alone.
processors=2
if [ -n "${COUNTED:-}" ]; then ACCEL=tcg,thread=single processors=1; fi
if [ -z "${ACCEL:-}" ]; then
    if grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]; then ACCEL=kvm; else ACCEL=tcg; fi
fi
slow=''
[ "$ACCEL" = kvm ] || slow=0 # a digit more

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$out" "$root/machine"
printf '%s\n' "$*" >"$root/machine/command"
cat >"$root/machine/init" <<INIT
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb CK_DEFAULT_TIMEOUT=120 CK_TIMEOUT_MULTIPLIER=1$slow
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
mkdir -p /dev/shm /dev/pts; mount -t tmpfs none /dev/shm; mount -t devpts none /dev/pts; mount -t tmpfs none /run
ln -sf /proc/self/fd /dev/fd; ip link set lo up; hostname machine
ulimit -Hn 524288; ulimit -Sn 1024
cd '$tree'
find build -name CTestTestfile.cmake -exec sed -i 's/ TIMEOUT "\\([0-9]*\\)"/ TIMEOUT "\\1$slow"/' {} +
echo "machine: Linux \$(uname -r), \$(nproc) processors ($ACCEL), \$(ulimit -Hn) descriptors a process"
sh /machine/command </dev/null
echo \$? >/machine/status
sync
echo o >/proc/sysrq-trigger
while :; do sleep 1; done
INIT
chmod +x "$root/machine/init"

# The folders are put together by mounts that only this shell sees, so that nothing is copied twice.
unshare -m sh -eu -s "$root" "$work/disk" "$tree" "$without" <<'IMAGE'
root=$1 disk=$2 tree=$3 without=$4
cd "$root"
mkdir -p usr etc out proc sys dev run tmp root var/lib/dpkg var/tmp ".$tree"
chmod 1777 tmp var/tmp
mknod dev/console c 5 1
for link in bin sbin lib lib32 lib64; do [ ! -L "/$link" ] || cp -P "/$link" .; done
mount --bind /usr usr
mount --bind /etc etc
mount --bind /var/lib/dpkg var/lib/dpkg
mount --bind "$tree" ".$tree"
for folder in $without; do [ ! -d "$folder" ] || mount -t tmpfs none ".$folder"; done
truncate -s $(($(du -sk . | cut -f 1) / 2 * 3 + 4194304))K "$disk"
mkfs.ext4 -q -d . "$disk"
IMAGE

timeout "${SECONDS_MOST:-7200}" qemu-system-x86_64 -accel "$ACCEL" ${COUNTED:+-icount shift=0,sleep=off} -cpu max -smp $processors -m 8192 -nodefaults -display none -no-reboot \
    -serial stdio -kernel "$kernel" -append 'console=ttyS0 quiet panic=-1 root=/dev/nvme0n1 rw init=/machine/init' \
    -drive file="$work/disk",if=none,format=raw,id=disk -device nvme,serial=disk,drive=disk </dev/null | sed -u 's/\r$//'
debugfs -R "rdump /out $work" "$work/disk" 2>/dev/null
cp -r "$work/out/." "$out/"
status=$(debugfs -R 'cat /machine/status' "$work/disk" 2>/dev/null)
exit "${status:-70}"
