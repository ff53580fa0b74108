using System.Text;
using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

public sealed class ElfImageTests
{
    [Fact]
    public void VersionNeeds_LibTorchSharp_ListsEveryLibraryAndVersion()
    {
        IReadOnlyList<VersionNeed> needs = LibTorchSharp.Image.VersionNeeds();

        Assert.Equal(
            ["ld-linux-x86-64.so.2", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "libstdc++.so.6"],
            needs.Select(n => n.Library).Distinct()
        );
        Assert.Equal(28, needs.Count);
        Assert.Equal(needs.Count, needs.Select(n => n.Index).Distinct().Count());
        Assert.Contains(needs, n => n.Version == LibTorchSharp.Gcc13Version && !n.IsWeak);
    }

    [Fact]
    public void UsedSymbols_VersionNamedOnlyByHeaders_None()
    {
        Assert.Empty(LibTorchSharp.Image.UsedSymbols(Need(LibTorchSharp.Gcc13Version)));
    }

    [Fact]
    public void UsedSymbols_VersionThatCodeCalls_NamesThem()
    {
        Assert.Contains("_ZNSt8ios_baseD2Ev", LibTorchSharp.Image.UsedSymbols(Need("GLIBCXX_3.4")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html><title>404</title> a page in place of the package's file, longer than an ELF header")]
    public void Constructor_NoElfFile_Refuses(string content)
    {
        RelinkException e = Assert.Throws<RelinkException>(() => new ElfImage(Encoding.ASCII.GetBytes(content), "page.so"));

        Assert.Equal("VNB0001", e.Id);
        Assert.Contains("page.so", e.Message);
    }

    [Fact]
    public void Constructor_32Bit_Refuses()
    {
        byte[] bytes = LibTorchSharp.Bytes[..];
        bytes[4] = 1;

        Assert.Equal("VNB0001", Assert.Throws<RelinkException>(() => new ElfImage(bytes, "x.so")).Id);
    }

    [Fact]
    public void Constructor_Truncated_Refuses()
    {
        Assert.Equal("VNB0002", Assert.Throws<RelinkException>(() => new ElfImage(LibTorchSharp.Bytes.AsMemory(0, 2_000_000), "x.so")).Id);
    }

    [Fact]
    public void Read_DamagedAnywhere_AnswersOrRefusesWithAnId()
    {
        const int SectionHeaders = 0x249360,
            VersionTables = 0x3f8f0;
        Random random = new(20260);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = LibTorchSharp.Bytes[..];
            int start = i % 2 == 0 ? SectionHeaders : VersionTables;
            for (int hits = 0; hits < 12; hits++)
            {
                bytes[start + random.Next(0x210)] = (byte)random.Next(256);
            }

            try
            {
                ElfImage image = new(bytes, "damaged.so");
                foreach (VersionNeed need in image.VersionNeeds())
                {
                    image.UsedSymbols(need);
                }
            }
            catch (RelinkException e)
            {
                Assert.Equal("VNB0002", e.Id);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 399);
    }

    private static VersionNeed Need(string version) => LibTorchSharp.Image.VersionNeeds().Single(n => n.Version == version);
}
