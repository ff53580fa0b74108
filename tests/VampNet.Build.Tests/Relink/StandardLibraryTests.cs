using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

public sealed class StandardLibraryTests
{
    [Fact]
    public void Locate_OnLinux_DefinesTheFirstVersion()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libstdc++ is the C++ library of Linux.");

        StandardLibrary found = StandardLibrary.Locate();

        Assert.True(File.Exists(found.Path));
        Assert.Contains("GLIBCXX_3.4", found.Versions);
    }

    [Fact]
    public void FindMapped_AmongOthers_TheMappedFile()
    {
        Assert.Equal(
            "/usr/lib/libstdc++.so.6.0.30",
            StandardLibrary.FindMapped([
                "7f00-7f01 r-xp 00000000 00:00 0 [vdso]",
                "7f02-7f03 r-xp 00000000 fe:00 12 /usr/lib/libc.so.6",
                "7f04-7f05 r-xp 00000000 fe:00 34    /usr/lib/libstdc++.so.6.0.30",
            ])
        );
    }

    [Fact]
    public void FindMapped_None_Refuses()
    {
        Assert.Equal(
            "VNB0004",
            Assert.Throws<RelinkException>(() => StandardLibrary.FindMapped(["7f02-7f03 r-xp 0 fe:00 12 /usr/lib/libc.so.6"])).Id
        );
    }
}
