<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Actions</name>
    <message>
        <source>Open &amp;folder…</source>
        <translation>打开文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>&amp;Sort…</source>
        <translation>整理(&amp;S)…</translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>整理到文件夹</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Make &amp;classes from a folder of folders…</source>
        <translation>从子文件夹创建类别(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>新建项目(&amp;N)</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>打开项目(&amp;P)…</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>项目另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Sorting &amp;runs…</source>
        <translation>整理记录(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Paste as examples</source>
        <translation>粘贴为示例(&amp;P)</translation>
    </message>
    <message>
        <source>New &amp;class</source>
        <translation>新建类别(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Larger pictures</source>
        <translation>放大图片(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Smaller pictures</source>
        <translation>缩小图片(&amp;S)</translation>
    </message>
    <message>
        <source>Look through the folder &amp;again</source>
        <translation>重新扫描文件夹(&amp;A)</translation>
    </message>
    <message>
        <source>Colours of the s&amp;ystem</source>
        <translation>跟随系统外观(&amp;Y)</translation>
    </message>
    <message>
        <source>L&amp;ight colours</source>
        <translation>浅色外观(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Dark colours</source>
        <translation>深色外观(&amp;D)</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>主工具栏</translation>
    </message>
</context>
<context>
    <name>ClassCard</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln 个示例</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Add a few more</source>
        <translation>请再添加几个</translation>
    </message>
    <message>
        <source>Needs an example</source>
        <translation>需要示例</translation>
    </message>
    <message>
        <source>Class {name}, key {key}</source>
        <translation>类别“{name}”，按键 {key}</translation>
    </message>
    <message>
        <source>Class {name}</source>
        <translation>类别“{name}”</translation>
    </message>
    <message>
        <source>{examples}, {pictures}. {hint}.</source>
        <translation>{examples}，{pictures}。{hint}。</translation>
    </message>
    <message>
        <source>{examples}, {pictures}.</source>
        <translation>{examples}，{pictures}。</translation>
    </message>
    <message>
        <source>Name of the class</source>
        <translation>类别名称</translation>
    </message>
    <message>
        <source>Menu of {name}</source>
        <translation>“{name}”的菜单</translation>
    </message>
    <message>
        <source>Rename, add pictures, move, delete</source>
        <translation>重命名、添加图片、移动、删除</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Add pictures…</source>
        <translation>添加图片…</translation>
    </message>
    <message>
        <source>Show its pictures</source>
        <translation>显示该类图片</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Delete the class</source>
        <translation>删除类别</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>The project is now {path}.</source>
        <translation>当前项目为 {path}。</translation>
    </message>
    <message>
        <source>&quot;{path}&quot; is no folder that can be opened.</source>
        <translation>“{path}”不是可以打开的文件夹。</translation>
    </message>
    <message>
        <source>There are no pictures in this folder.</source>
        <translation>此文件夹中没有图片。</translation>
    </message>
    <message>
        <source>One folder per class? Drop it on “New class” to make the cards from it.</source>
        <translation>每个类别一个子文件夹？将此文件夹拖放到“新建类别”上，即可创建所有类别。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>The class {name} was deleted.</source>
        <translation>已删除类别“{name}”。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) to {name}</source>
        <translation>
            <numerusform>已将 %Ln 张图片归入“{name}”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) to none of these</source>
        <translation>
            <numerusform>已将 %Ln 张图片归为“以上都不是”</numerusform>
        </translation>
    </message>
    <message>
        <source>There is no class with this key yet.</source>
        <translation>此按键尚无对应的类别。</translation>
    </message>
    <message numerus="yes">
        <source>Stopped. F5 goes on with the %Ln picture(s) left.</source>
        <translation>
            <numerusform>已停止。按 F5 继续处理剩余的 %Ln 张图片。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop a folder or files here. A single picture belongs on a class on the left.</source>
        <translation>请将文件夹或文件拖放到此处。单张图片请拖放到左侧的类别上。</translation>
    </message>
</context>
<context>
    <name>ExampleStrip</name>
    <message>
        <source>Take back</source>
        <translation>取消示例</translation>
    </message>
    <message>
        <source>Example {number} of {count}: {name}. Press Delete to take it back.</source>
        <translation>第 {number} 个示例，共 {count} 个：{name}。按 Delete 键取消该示例。</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Needs review</source>
        <translation>待确认</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>已更正</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>All pictures of the folder</source>
        <translation>文件夹中的所有图片</translation>
    </message>
    <message>
        <source>Pictures the program is unsure about</source>
        <translation>程序没有把握的图片</translation>
    </message>
    <message>
        <source>Pictures that belong to none of your classes</source>
        <translation>不属于任何类别的图片</translation>
    </message>
    <message>
        <source>Pictures you have given a class yourself</source>
        <translation>由您亲自指定类别的图片</translation>
    </message>
    <message>
        <source>Files that could not be opened as pictures</source>
        <translation>无法作为图片打开的文件</translation>
    </message>
    <message>
        <source>Search file names</source>
        <translation>搜索文件名</translation>
    </message>
    <message>
        <source>Only pictures in the class {name} are shown. Click to show all classes.</source>
        <translation>仅显示类别“{name}”的图片。单击可显示所有类别。</translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Drop a single picture onto a class to make it an example.</source>
        <translation>将单张图片拖放到类别上，即可将其设为示例。</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Picture {name}</source>
        <translation>图片 {name}</translation>
    </message>
    <message>
        <source>Selected picture</source>
        <translation>所选图片</translation>
    </message>
    <message>
        <source>What the program thinks</source>
        <translation>程序的判断</translation>
    </message>
    <message>
        <source>Select a picture to see it large and to see how each class scores.</source>
        <translation>选择一张图片，查看大图和各类别的得分。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Looking for pictures</source>
        <translation>正在查找图片</translation>
    </message>
    <message>
        <source>Starting the learner</source>
        <translation>正在启动学习器</translation>
    </message>
    <message>
        <source>The GPU is not used: {reason}</source>
        <translation>未使用 GPU：{reason}</translation>
    </message>
    <message>
        <source>Adapting · loss {loss}</source>
        <translation>正在学习 · 损失 {loss}</translation>
    </message>
    <message>
        <source>Adapted in {seconds} s · loss {loss}</source>
        <translation>学习用时 {seconds} 秒 · 损失 {loss}</translation>
    </message>
    <message>
        <source>Classifying</source>
        <translation>正在分类</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>no folder yet</source>
        <translation>未打开文件夹</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>{verb}: {operation}</source>
        <translation>{verb}：{operation}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>{pictures} to {subject}</source>
        <translation>将 {pictures}归入“{subject}”</translation>
    </message>
    <message>
        <source>{pictures} as examples of {subject}</source>
        <translation>将 {pictures}设为“{subject}”的示例</translation>
    </message>
    <message>
        <source>{pictures} to none of these</source>
        <translation>将 {pictures}归为“以上都不是”</translation>
    </message>
    <message>
        <source>take back {pictures}</source>
        <translation>取消 {pictures}的标注</translation>
    </message>
    <message>
        <source>new class {subject}</source>
        <translation>新建类别“{subject}”</translation>
    </message>
    <message>
        <source>rename to {subject}</source>
        <translation>重命名为“{subject}”</translation>
    </message>
    <message>
        <source>delete {subject}</source>
        <translation>删除“{subject}”</translation>
    </message>
    <message>
        <source>move {subject}</source>
        <translation>移动“{subject}”</translation>
    </message>
    <message>
        <source>classes from {subject}</source>
        <translation>从“{subject}”创建类别</translation>
    </message>
    <message>
        <source>Drop pictures on a class on the left to teach it, and a folder here to classify.</source>
        <translation>将图片拖放到左侧的类别上作为示例；将文件夹拖放到此处进行分类。</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>One folder per class</source>
        <translation>每个类别一个子文件夹</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>项目另存为</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>Accept the answer</source>
        <translation>接受判断</translation>
    </message>
    <message>
        <source>Take my label back</source>
        <translation>取消我的标注</translation>
    </message>
    <message>
        <source>Open the picture</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>复制路径</translation>
    </message>
</context>
<context>
    <name>NewClassCard</name>
    <message>
        <source>New class</source>
        <translation>新建类别</translation>
    </message>
    <message>
        <source>Drop examples here</source>
        <translation>将示例拖放到此处</translation>
    </message>
    <message>
        <source>Drop or paste the first examples of a class, or a folder with one sub-folder per class.</source>
        <translation>拖放或粘贴某个类别的首批示例，或每个类别一个子文件夹的文件夹。</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>Working out what goes where…</source>
        <translation>正在计算整理方案…</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片数</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>From</source>
        <translation>源位置</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标位置</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Every file</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Can&apos;t be sorted</source>
        <translation>无法整理</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s), {size}.</source>
        <translation>
            <numerusform>共 %Ln 个文件，{size}。</numerusform>
        </translation>
    </message>
    <message>
        <source>This needs {needed} of the {free} that are free.</source>
        <translation>需要 {needed}，可用空间 {free}。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because its own is taken.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个文件因重名将改名。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are there already.</source>
        <translation>
            <numerusform>%Ln 个文件已在目标位置。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) are left alone: not sure enough or no class.</source>
        <translation>
            <numerusform>%Ln 张图片不整理：置信度不足或没有类别。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressView</name>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message numerus="yes">
        <source>{done} of %Ln files</source>
        <translation>
            <numerusform>{done} / %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopping after the file at hand…</source>
        <translation>处理完当前文件后停止…</translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message>
        <source>Files that could not be handled</source>
        <translation>未能处理的文件</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) copied</source>
        <translation>
            <numerusform>已复制 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) moved</source>
        <translation>
            <numerusform>已移动 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) linked</source>
        <translation>
            <numerusform>已链接 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) had been there before.</source>
        <translation>
            <numerusform>%Ln 个文件此前已在目标位置。</numerusform>
        </translation>
    </message>
    <message>
        <source>You stopped it; what was done until then stays.</source>
        <translation>您已停止；此前完成的部分会保留。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个失败</numerusform>
        </translation>
    </message>
    <message>
        <source>{done}, {failed}</source>
        <translation>{done}，{failed}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) taken back</source>
        <translation>
            <numerusform>已还原 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>You stopped it; it can be gone on with.</source>
        <translation>您已停止；可以稍后继续。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln left as they are</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个保持原样</numerusform>
        </translation>
    </message>
    <message>
        <source>{done}, {left}</source>
        <translation>{done}，{left}</translation>
    </message>
    <message>
        <source>Nothing was done</source>
        <translation>未执行任何操作</translation>
    </message>
    <message>
        <source>What could not be handled, and why</source>
        <translation>未能处理的文件及原因</translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message>
        <source>Sorting runs</source>
        <translation>整理记录</translation>
    </message>
    <message>
        <source>Nothing has been sorted yet.</source>
        <translation>还没有整理过。</translation>
    </message>
    <message>
        <source>Undo this run</source>
        <translation>撤销此次整理</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>From</source>
        <translation>源位置</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标位置</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation>硬链接</translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation>符号链接</translation>
    </message>
    <message>
        <source>at work</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>partly taken back</source>
        <translation>已部分撤销</translation>
    </message>
    <message>
        <source>nothing was done</source>
        <translation>未执行</translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个失败</numerusform>
        </translation>
    </message>
    <message>
        <source>{state}, {failed}</source>
        <translation>{state}，{failed}</translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message>
        <source>Undo this run</source>
        <translation>撤销此次整理</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Sort into folders</source>
        <translation>整理到文件夹</translation>
    </message>
    <message>
        <source>Choose a folder to sort into, with its whole path.</source>
        <translation>请选择目标文件夹（完整路径）。</translation>
    </message>
    <message numerus="yes">
        <source>Copy %Ln file(s)</source>
        <translation>
            <numerusform>复制 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln file(s)</source>
        <translation>
            <numerusform>移动 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Link %Ln file(s)</source>
        <translation>
            <numerusform>链接 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>整理</translation>
    </message>
    <message>
        <source>Sorting…</source>
        <translation>正在整理…</translation>
    </message>
    <message>
        <source>Taking it back…</source>
        <translation>正在撤销…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>SortingFlow</name>
    <message>
        <source>{folder} sorted</source>
        <translation>{folder} 已整理</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>The program computes on: {device}</source>
        <translation>运算设备：{device}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel what is going on</source>
        <translation>取消当前操作</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Dismiss this warning</source>
        <translation>关闭此警告</translation>
    </message>
    <message>
        <source>{speed} pictures/s</source>
        <translation>{speed} 张/秒</translation>
    </message>
    <message>
        <source>{number} s left</source>
        <translation>剩余 {number} 秒</translation>
    </message>
    <message>
        <source>{number} min left</source>
        <translation>剩余 {number} 分钟</translation>
    </message>
    <message>
        <source>{number} h left</source>
        <translation>剩余 {number} 小时</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>Not classified yet</source>
        <translation>尚未分类</translation>
    </message>
    <message>
        <source>Can&apos;t be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>以上都不是</translation>
    </message>
    <message>
        <source>you said so</source>
        <translation>由您指定</translation>
    </message>
    <message>
        <source>needs review</source>
        <translation>待确认</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Folder to sort into</source>
        <translation>目标文件夹</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Choose the folder to sort into</source>
        <translation>选择目标文件夹</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Your folder stays as it is; copies go into the class folders.</source>
        <translation>原文件夹保持不变，副本放入各类别文件夹。</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>The pictures leave your folder. You can take it back any time.</source>
        <translation>图片将移出原文件夹，可随时撤销。</translation>
    </message>
    <message>
        <source>Hard link</source>
        <translation>硬链接</translation>
    </message>
    <message>
        <source>The same files under a second name, without using more space. Only on the same disk.</source>
        <translation>同一文件的另一个名称，不占用额外空间。仅限同一磁盘。</translation>
    </message>
    <message>
        <source>Symbolic link</source>
        <translation>符号链接</translation>
    </message>
    <message>
        <source>Small links that point to the pictures where they are now.</source>
        <translation>指向图片当前位置的小型链接。</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Least confidence in per cent</source>
        <translation>最低置信度（百分比）</translation>
    </message>
    <message>
        <source>What you have said yourself is always sorted.</source>
        <translation>您亲自指定类别的图片总会整理。</translation>
    </message>
    <message>
        <source>Sort into</source>
        <translation>整理到</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>At least sure</source>
        <translation>最低置信度</translation>
    </message>
</context>
<context>
    <name>_NoMatch</name>
    <message>
        <source>No picture matches</source>
        <translation>没有符合条件的图片</translation>
    </message>
    <message>
        <source>Choose another filter or clear the search.</source>
        <translation>请更换筛选条件或清除搜索。</translation>
    </message>
    <message>
        <source>Show all pictures</source>
        <translation>显示所有图片</translation>
    </message>
</context>
<context>
    <name>_Warnings</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>还有 %Ln 条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Welcome</name>
    <message>
        <source>Drop a folder of pictures here</source>
        <translation>将图片文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Your pictures stay on this computer, and nothing is moved until you say so.</source>
        <translation>图片始终留在本机；未经您确认，不会移动任何文件。</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>Try it on sample pictures</source>
        <translation>用示例图片试一试</translation>
    </message>
    <message>
        <source>Drop a few examples of each class on the left.</source>
        <translation>向左侧各类别拖放几个示例。</translation>
    </message>
    <message>
        <source>Drop the folder with all your pictures here.</source>
        <translation>将图片文件夹拖放到此处。</translation>
    </message>
    <message>
        <source>Correct what is wrong, then sort.</source>
        <translation>更正错误，然后整理。</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>The picture can&apos;t be read. {reason}</source>
        <translation>无法读取图片。{reason}</translation>
    </message>
    <message>
        <source>&quot;{name}&quot; is not there any more: it was moved, renamed or deleted.</source>
        <translation>“{name}”已不存在：可能已被移动、重命名或删除。</translation>
    </message>
    <message>
        <source>This program works offline and never loads from the web. Save the picture first, then drop the file.</source>
        <translation>本程序离线运行，不会从网上下载。请先保存图片，再拖放文件。</translation>
    </message>
    <message>
        <source>There is no picture in this. Drop picture files, folders or a picture itself.</source>
        <translation>其中没有图片。请拖放图片文件、文件夹或图片本身。</translation>
    </message>
</context>
</TS>
