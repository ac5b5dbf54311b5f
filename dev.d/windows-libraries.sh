# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by windows.sh: the libraries that gimp-spade uses, for Windows, from Debian's
# sources, each built once into the cache folder (an hour on two cores, most of it
# oneDNN). The caller's $home is that folder, $prefix where they are installed.

TRIPLE=x86_64-w64-mingw32ucrt # of the C library that GIMP's own build uses
LIBRARIES=(zlib gettext libffi pcre2 glib2.0 json-glib libpng1.6 libjpeg-turbo
           gdk-pixbuf libarchive onednn)
WINE=/usr/lib/wine/wine64 # Debian's wine64 has no other name

# Changes with everything that the libraries are made of.
windows_folder ()
{
  local hash
  hash=$({ cat "$TOP/dev.d/windows-libraries.sh"; $TRIPLE-gcc --version; } | sha256sum | cut -c1-10)
  echo "$SPADE_DEV_CACHE/windows-$hash"
}

windows_write_toolchain ()
{
  # shellcheck disable=SC2154 # the caller's
  cat >"$home/cross.ini" <<END
[binaries]
c = '$TRIPLE-gcc'
cpp = '$TRIPLE-g++'
ar = '$TRIPLE-ar'
strip = '$TRIPLE-strip'
windres = '$TRIPLE-windres'
dlltool = '$TRIPLE-dlltool'
pkg-config = 'pkg-config'
exe_wrapper = '$WINE'
[properties]
pkg_config_libdir = '$prefix/lib/pkgconfig'
[built-in options]
c_args = ['-I$prefix/include']
c_link_args = ['-L$prefix/lib']
cpp_args = ['-I$prefix/include']
cpp_link_args = ['-L$prefix/lib']
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
END
  cat >"$home/cross.cmake" <<END
set (CMAKE_SYSTEM_NAME Windows)
set (CMAKE_SYSTEM_PROCESSOR x86_64)
set (CMAKE_C_COMPILER $TRIPLE-gcc)
set (CMAKE_CXX_COMPILER $TRIPLE-g++)
set (CMAKE_RC_COMPILER $TRIPLE-windres)
set (CMAKE_FIND_ROOT_PATH $prefix /usr/$TRIPLE)
set (CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set (CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set (CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set (CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
END
}

# Gives apt lists of sources of its own, so that the system's stay as they are.
windows_apt ()
{
  apt-get -o Dir::Etc::SourceList="$home/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$home/lists" -o APT::Sandbox::User=root -qq "$@"
}

# Unpacks a library's source: an archive of $SPADE_WINDOWS_SOURCES, where that is set
# and has it, else Debian's. apt checks what it fetches.
windows_unpack ()
{
  local archive
  rm -rf "$home/build/$1"
  mkdir -p "$home/build/$1" "$home/lists/partial"
  archive=$(compgen -G "${SPADE_WINDOWS_SOURCES:-/nowhere}/$1_*.orig.tar.?z" | head -n 1)
  if [ -z "$archive" ]; then
    if [ ! -f "$home/sources.list" ]; then
      sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$home/sources.list"
      windows_apt update || { rm "$home/sources.list"; return 1; }
    fi
    (cd "$home/build" && windows_apt source --tar-only --download-only "$1") || return
    archive=$(compgen -G "$home/build/$1_*.orig.tar.?z" | head -n 1)
  fi
  tar -xf "$archive" -C "$home/build/$1" --strip-components=1
}

# In the folder of the source; options are the build system's.
windows_cmake ()
{
  cmake -G Ninja -B _build -DCMAKE_TOOLCHAIN_FILE="$home/cross.cmake" \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON "$@" &&
    ninja -C _build install
}

windows_meson ()
{
  meson setup _build --cross-file "$home/cross.ini" --prefix="$prefix" --libdir=lib \
    --buildtype=release --wrap-mode=nofallback "$@" && ninja -C _build install
}

windows_configure ()
{
  ./configure --host="$TRIPLE" --prefix="$prefix" --enable-shared --disable-static "$@"
}

# Only what gimp-spade uses of each.
windows_build_library ()
{
  case $1 in
    zlib) CHOST=$TRIPLE CC=$TRIPLE-gcc AR=$TRIPLE-ar RANLIB=$TRIPLE-ranlib \
            ./configure --static --prefix="$prefix" && make libz.a && make install ;;
    gettext) cd gettext-runtime &&
             windows_configure --disable-java --disable-csharp --disable-libasprintf \
               --disable-curses --disable-openmp --enable-threads=windows &&
             make -C intl install ;;
    libffi) autoreconf -fi && windows_configure --disable-docs && make install ;;
    pcre2) windows_cmake -DBUILD_STATIC_LIBS=OFF -DPCRE2_BUILD_TESTS=OFF \
             -DPCRE2_BUILD_PCRE2GREP=OFF ;;
    glib2.0) windows_meson -Dtests=false -Dintrospection=disabled -Dman-pages=disabled ;;
    json-glib) windows_meson -Dintrospection=disabled -Dtests=false ;;
    libpng1.6) windows_cmake -DPNG_STATIC=OFF -DPNG_TESTS=OFF -DPNG_TOOLS=OFF ;;
    libjpeg-turbo) windows_cmake -DENABLE_STATIC=OFF -DWITH_SIMD=OFF -DWITH_TURBOJPEG=OFF ;;
    gdk-pixbuf) windows_meson -Dbuiltin_loaders=png,jpeg -Dtiff=disabled -Dgif=disabled \
                  -Dothers=disabled -Dgtk_doc=false -Dintrospection=disabled -Dman=false \
                  -Dtests=false -Dinstalled_tests=false ;;
    libarchive) windows_cmake -DENABLE_TEST=OFF -DENABLE_TAR=OFF -DENABLE_CPIO=OFF \
                  -DENABLE_CAT=OFF -DENABLE_UNZIP=OFF -DENABLE_OPENSSL=OFF \
                  -DENABLE_LIBXML2=OFF -DENABLE_EXPAT=OFF -DENABLE_ICONV=OFF \
                  -DENABLE_BZip2=OFF -DENABLE_LZMA=OFF -DENABLE_ZSTD=OFF -DENABLE_LZ4=OFF ;;
    onednn) windows_cmake -DDNNL_BUILD_TESTS=OFF -DDNNL_BUILD_EXAMPLES=OFF \
              -DDNNL_CPU_RUNTIME=OMP -DDNNL_ENABLE_WORKLOAD=INFERENCE -DONEDNN_BUILD_GRAPH=OFF \
              -DDNNL_ENABLE_PRIMITIVE='CONVOLUTION;MATMUL;REORDER;INNER_PRODUCT' ;;
  esac
}

windows_make_libraries ()
{
  local library log
  mkdir -p "$home/build"
  windows_write_toolchain
  for library in "${LIBRARIES[@]}"; do
    [ ! -e "$home/build/$library.done" ] || continue
    say "dev: building $library for Windows (once)"
    log=$home/$library.log
    { windows_unpack "$library" &&
      (cd "$home/build/$library" && windows_build_library "$library"); } >"$log" 2>&1 ||
      die "$library could not be built for Windows (log: $log)."
    rm -rf "$home/build/$library"
    touch "$home/build/$library.done"
  done
}
