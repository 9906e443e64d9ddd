#!/bin/sh
# Ends what a process started once that process is gone, however it went (kill -9 too): its end of our standard
# input closes, and that is the signal. Until then it is told, line by line, what there is to end:
#   + PID SIGNAL   started; SIGNAL asks it to stop
#   - PID          ended by itself or stopped
#   d FOLDER       remove this folder at the end, whatever happens
trap '' INT HUP TERM
running=''
folders=''
while read -r what value signal; do
  case $what in
    +) running="$value:$signal $running" ;;
    -)
      kept=''
      for one in $running; do [ "${one%%:*}" = "$value" ] || kept="$kept$one "; done
      running=$kept
      ;;
    d) folders="$folders
$value" ;;
  esac
done

# A zombie (nobody has collected its exit yet) is gone for our purposes.
alive() {
  kill -0 "$1" 2>/dev/null || return 1
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  case ${stat##*) } in Z*) return 1 ;; esac
}

# Latest first: services before the servers they use.
for one in $running; do kill -s "${one#*:}" "${one%%:*}" 2>/dev/null; done
tries=0
while [ "$tries" -lt 100 ]; do
  left=''
  for one in $running; do alive "${one%%:*}" && left="$left$one "; done
  running=$left
  [ -n "$running" ] || break
  tries=$((tries + 1))
  sleep 0.1
done
for one in $running; do kill -s KILL "${one%%:*}" 2>/dev/null; done
echo "$folders" | while read -r folder; do
  [ -z "$folder" ] || rm -rf "$folder"
done
