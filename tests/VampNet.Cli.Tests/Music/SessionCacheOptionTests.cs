using VampNet.Cli.Music;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Tests.Music;

public sealed class SessionCacheOptionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("off")]
    public void Choose_NothingOrOff_IsNone(string? text) => Assert.Null(SessionCacheOption.Choose(text));

    [Fact]
    public void Choose_On_IsTheUsersFolder() => Assert.Equal(SessionCacheOptions.DefaultFolder, SessionCacheOption.Choose("on")?.Folder);

    [Fact]
    public void Choose_Folder_IsItsFullPath() => Assert.Equal(Path.GetFullPath("cache"), SessionCacheOption.Choose("cache")!.Folder);
}
