using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

public sealed class RelinkerTests
{
    [Fact]
    public void Relink_StandardLibraryNewEnough_Nothing()
    {
        Assert.Null(Relinker.Relink(LibTorchSharp.Image, LibTorchSharp.StandardLibraryWithout()));
    }

    [Fact]
    public void Relink_StandardLibraryOfGcc12_WeakensOneVersionAndNothingElse()
    {
        byte[]? copy = Relinker.Relink(LibTorchSharp.Image, LibTorchSharp.StandardLibraryWithout(LibTorchSharp.Gcc13Version));

        Assert.NotNull(copy);
        Assert.Equal(LibTorchSharp.Bytes.Length, copy.Length);
        Assert.Single(Enumerable.Range(0, copy.Length), i => copy[i] != LibTorchSharp.Bytes[i]);
        Assert.Equal([LibTorchSharp.Gcc13Version], new ElfImage(copy, "copy").VersionNeeds().Where(n => n.IsWeak).Select(n => n.Version));
    }

    [Fact]
    public void Relink_Relinked_Nothing()
    {
        StandardLibrary old = LibTorchSharp.StandardLibraryWithout(LibTorchSharp.Gcc13Version);
        ElfImage copy = new(Relinker.Relink(LibTorchSharp.Image, old)!, "copy");

        Assert.Null(Relinker.Relink(copy, old));
    }

    [Fact]
    public void Relink_CodeCallsTheMissingVersion_RefusesNamingSymbols()
    {
        RelinkException e = Assert.Throws<RelinkException>(() =>
            Relinker.Relink(LibTorchSharp.Image, LibTorchSharp.StandardLibraryWithout("GLIBCXX_3.4.21"))
        );

        Assert.Equal("VNB0003", e.Id);
        Assert.Contains("GLIBCXX_3.4.21", e.Message);
        Assert.Contains("_ZN", e.Message);
    }

    [Fact]
    public void WeakenUnused_RealLibrary_LoadsBesideGcc12WhateverThisMachineHas()
    {
        byte[]? copy = Relinker.WeakenUnused(LibTorchSharp.Image);

        Assert.NotNull(copy);
        Assert.Null(Relinker.Relink(new ElfImage(copy, "copy"), LibTorchSharp.StandardLibraryWithout(LibTorchSharp.Gcc13Version)));
        Assert.Contains(new ElfImage(copy, "copy").VersionNeeds(), need => need.Library == StandardLibrary.Name && !need.IsWeak);
        Assert.Null(Relinker.WeakenUnused(new ElfImage(copy, "copy")));
    }
}
