#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# machine.sh KERNEL_DEB BUILD [option of dh-broker-bench ...]: the bench in a virtual machine of its own,
# where the limit of descriptors is a million. By hand; the kernel is a Debian package:
#
#     apt-get install qemu-system-x86 busybox-static && apt-get download linux-image-6.1.0-NN-cloud-amd64
#     cmake --preset bench && cmake --build build/bench --target dhbroker dh-broker-bench
#     tests/bench/broker/machine.sh linux-image-*.deb build/bench --seconds 0
#
# ACCEL=tcg where there is no /dev/kvm or a machine in it does not start: then the processor is
# emulated, some twenty times slower, and only counts and ratios mean something. The registry is on an
# ext4 file system of a disk of its own, so that each fsync goes through both kernels. What it prints
# comes out here, figures go to build/reports/broker-machine.json; ends as the bench does.
set -eu
kernel=$(realpath "$1"); build=$(realpath "$2"); shift 2
reports=$(realpath "$(dirname "$0")/../../..")/build/reports
accel=${ACCEL:-kvm}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$reports" "$root/bin" "$root/modules" "$root/proc" "$root/sys" "$root/dev" "$root/tmp"

bring() { # a program, and what it is linked to
    for file in "$1" $(ldd "$1" | grep -o '/[^ )]*'); do
        mkdir -p "$root$(dirname "$file")"
        cp -L "$file" "$root$file"
    done
}
bring "$build/bin/dhbroker"
bring "$build/bin/dh-broker-bench"
cp "$(command -v busybox)" "$root/bin/busybox"
for tool in sh mount insmod rm mkdir cat nproc; do ln -s busybox "$root/bin/$tool"; done
dpkg -x "$kernel" "$work/kernel"
disk='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk'
for name in $disk; do find "$work/kernel" -name "$name.ko" -exec cp {} "$root/modules/" ';'; done
cat > "$root/init" <<END
#!/bin/sh
export PATH=/bin HOME=/tmp
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
for name in $disk; do [ ! -f /modules/\$name.ko ] || insmod /modules/\$name.ko; done
mount -t ext4 /dev/vda /tmp; ulimit -n 1048576
echo "machine: \$(nproc) processors ($accel), \$(ulimit -Hn) descriptors a process"
"$build/bin/dh-broker-bench" "$build/bin/dhbroker" --json /tmp/figures.json $*
echo "machine: status \$?"
echo 'FIGURES<'; cat /tmp/figures.json; echo '>FIGURES'
echo o > /proc/sysrq-trigger
while :; do :; done
END
chmod +x "$root/init"
(cd "$root" && find . | busybox cpio -o -H newc | gzip -1) > "$work/initramfs" 2>"$work/cpio"
truncate -s 2G "$work/disk"
mkfs.ext4 -q "$work/disk"
qemu-system-x86_64 -accel "$accel" -cpu max -smp 2 -m 8192 -nodefaults -nographic -no-reboot -serial stdio \
    -kernel "$(find "$work/kernel" -name 'vmlinuz-*')" -initrd "$work/initramfs" -append 'console=ttyS0 quiet panic=-1' \
    -drive file="$work/disk",if=virtio,format=raw </dev/null | tr -d '\r' | tee "$work/said" | sed '/^FIGURES</,/^>FIGURES/d'
sed -n '/^FIGURES</,/^>FIGURES/p' "$work/said" | sed '1d;$d' > "$reports/broker-machine.json"
grep -q '^machine: status 0$' "$work/said"
